// Runs a graph on the host: int8 graphs give the bytes that the board has to give, float graphs the reference.
import { ARRAY_TYPES, elements, type DType, type Graph, type Tensor, type TypedData } from './graph/graph.js';
import { printType } from './graph/print.js';
import { graphError, layerName } from './graph/verify.js';
import type { Kernel, Values } from './ops/op.js';
import { definitionOf } from './ops/table.js';
import { verify } from './ops/verify.js';

export interface Interpreter<A extends Int8Array | Float32Array> {
  /** Elements of the input and the output. */
  readonly inputSize: number;
  readonly outputSize: number;
  /** One inference. The arrays have `inputSize` and `outputSize` elements and belong to the caller; nothing is allocated. */
  invoke(input: A, output: A): void;
  /** The values of a tensor: constants at any time, activations of the last inference. */
  value(tensor: number): TypedData;
}

/** @throws KilnError `graph-invalid` for a graph with other than one int8 input and one int8 output */
export function createInterpreter(graph: Graph): Interpreter<Int8Array> {
  return create<Int8Array>(graph, 'int8');
}

/** @throws KilnError `graph-invalid` for a graph with other than one float32 input and one float32 output */
export function createFloatInterpreter(graph: Graph): Interpreter<Float32Array> {
  return create<Float32Array>(graph, 'float32');
}

function create<A extends Int8Array | Float32Array>(graph: Graph, dtype: 'int8' | 'float32'): Interpreter<A> {
  verify(graph);
  const input = single(graph, graph.inputs, 'input', dtype);
  const output = single(graph, graph.outputs, 'output', dtype);
  const values = graph.tensors.map((tensor) => tensor.data ?? allocate(tensor));
  const kernels = graph.ops.map((op) => {
    const prepare = definitionOf(op)[dtype];
    if (!prepare) throw graphError(layerName(op, graph), `has no ${dtype} form`);
    return prepare(op, graph, values);
  });
  return new KernelInterpreter<A>(kernels, values, input, output);
}

function single(graph: Graph, indices: readonly number[], role: string, dtype: DType): number {
  const [index, ...others] = indices;
  const tensor = graph.tensors[index!]!;
  if (others.length > 0) throw graphError(graph.name, `has ${indices.length} ${role}s, and one is expected`);
  if (tensor.dtype !== dtype)
    throw graphError(graph.name, `its ${role} is ${printType(tensor)}, and ${dtype} is expected`);
  return index!;
}

function allocate({ dtype, shape }: Tensor): TypedData {
  return new ARRAY_TYPES[dtype](elements(shape));
}

class KernelInterpreter<A extends Int8Array | Float32Array> implements Interpreter<A> {
  constructor(
    private readonly kernels: readonly Kernel[],
    private readonly values: Values,
    private readonly input: number,
    private readonly output: number,
  ) {}

  get inputSize(): number {
    return this.values[this.input]!.length;
  }

  get outputSize(): number {
    return this.values[this.output]!.length;
  }

  invoke(input: A, output: A): void {
    if (input.length !== this.inputSize || output.length !== this.outputSize) {
      throw new RangeError(`invoke takes ${this.inputSize} values and gives ${this.outputSize}`);
    }
    (this.values[this.input] as A).set(input);
    for (const kernel of this.kernels) kernel();
    output.set(this.values[this.output] as A);
  }

  value(tensor: number): TypedData {
    const value = this.values[tensor];
    if (!value) throw new RangeError(`tensor ${tensor} of ${this.values.length}`);
    return value;
  }
}
