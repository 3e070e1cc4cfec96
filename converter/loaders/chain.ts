// A float graph that grows by one layer at a time: what a Sequential model is.
import { elements, type Graph, type Op, type OpOptions, type Opcode, type Tensor } from '../graph/graph.js';
import { graphError, layerName, verifyStructure } from '../graph/verify.js';
import { definitionOf } from '../ops/table.js';

export class Chain {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private last = 0;

  constructor(
    private readonly name: string,
    inputShape: readonly number[],
  ) {
    this.add({ name: 'input', shape: inputShape, dtype: 'float32' });
  }

  /** Of the last layer's output, batch first. */
  get shape(): readonly number[] {
    return this.tensors[this.last]!.shape;
  }

  constant(name: string, shape: readonly number[], data: Float32Array): number {
    return this.add({ name, shape, dtype: 'float32', data });
  }

  /** Appends an op on the last output; its own rules are checked. @param constants indices from `constant` */
  append<K extends Opcode>(opcode: K, name: string, options: OpOptions[K], constants: readonly number[] = []): void {
    const output = this.add({ name, shape: [1], dtype: 'float32' });
    const op = { opcode, name, inputs: [this.last, ...constants], outputs: [output], options } as Op;
    this.ops.push(op);
    this.last = output;
    const graph = this.graph();
    const definition = definitionOf(op);
    definition.verify(op, graph);
    const shape = definition.outputShapes(op, graph)[0]!;
    if (!shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
      throw graphError(layerName(op, graph), `its output would have the shape [${shape.join(',')}]`);
    }
    this.tensors[output] = { name, shape, dtype: 'float32' };
  }

  graph(): Graph {
    const { name, tensors, ops, last } = this;
    return { name, tensors, ops, inputs: [0], outputs: [last], metadata: new Map() };
  }

  /** @throws KilnError `graph-invalid`, `graph-too-large` */
  finish(): Graph {
    const graph = this.graph();
    verifyStructure(graph);
    return graph;
  }

  private add(tensor: Tensor): number {
    return this.tensors.push(tensor) - 1;
  }
}

/** The elements of one example: a shape without its batch. */
export function exampleSize(shape: readonly number[]): number {
  return elements(shape.slice(1));
}
