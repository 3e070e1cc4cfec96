// A float graph that grows by one op at a time, each checked as it comes: what loaders of layers build.
import { elements, type Graph, type Op, type OpOptions, type Opcode, type Tensor } from '../graph/graph.js';
import { graphError, layerName, verifyStructure } from '../graph/verify.js';
import { definitionOf } from '../ops/table.js';

export class FloatGraph {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly constants = new Map<string, number>();

  constructor(private readonly name: string) {}

  shapeOf(tensor: number): readonly number[] {
    return this.tensors[tensor]!.shape;
  }

  input(name: string, shape: readonly number[]): number {
    return this.add({ name, shape, dtype: 'float32' });
  }

  /** Layers that are called twice share their constants: the same name is the same tensor. */
  constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): number {
    const known = this.constants.get(name);
    if (known !== undefined) return known;
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    const index = this.add({ name, shape, dtype, data });
    this.constants.set(name, index);
    return index;
  }

  /** State that lives from one inference to the next. */
  variable(name: string, shape: readonly number[]): number {
    return this.add({ name, shape, dtype: 'float32', isVariable: true });
  }

  /** @returns the output. @throws KilnError where the op's own rules refuse it */
  op<K extends Opcode>(opcode: K, name: string, inputs: readonly number[], options: OpOptions[K]): number {
    const output = this.add({ name, shape: [1], dtype: 'float32' });
    const op = { opcode, name, inputs, outputs: [output], options } as Op;
    this.ops.push(op);
    const graph = this.graph([], [output]);
    const definition = definitionOf(op);
    definition.verify(op, graph);
    const [shape] = definition.outputShapes(op, graph);
    if (!shape!.every((n) => Number.isSafeInteger(n) && n > 0)) {
      throw graphError(layerName(op, graph), `its output would have the shape [${shape!.join(',')}]`);
    }
    this.tensors[output] = { name, shape: shape!, dtype: 'float32' };
    return output;
  }

  /** @throws KilnError `graph-invalid`, `graph-too-large` */
  finish(inputs: readonly number[], outputs: readonly number[]): Graph {
    const graph = this.graph(inputs, outputs);
    verifyStructure(graph);
    return graph;
  }

  private graph(inputs: readonly number[], outputs: readonly number[]): Graph {
    const { name, tensors, ops } = this;
    return { name, tensors, ops, inputs, outputs, metadata: new Map() };
  }

  private add(tensor: Tensor): number {
    return this.tensors.push(tensor) - 1;
  }
}

/** The elements of one example: a shape without its batch. */
export function exampleSize(shape: readonly number[]): number {
  return elements(shape.slice(1));
}
