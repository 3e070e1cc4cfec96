// Runs a graph on the host: int8 graphs give the bytes that the board has to give, float graphs the reference.
import { ARRAY_TYPES, elements, type Graph, type Tensor, type TypedData } from './graph/graph.js';
import { printType } from './graph/print.js';
import { graphError, layerName } from './graph/verify.js';
import { formOf } from './ops/form.js';
import type { Kernel, Observe, Values } from './ops/op.js';
import { definitionOf } from './ops/table.js';
import { verify } from './ops/verify.js';

/** A graph with its memory. An inference allocates nothing. */
export class GraphInterpreter {
  /** Live views, to be filled before `invoke`, in the graph's order. */
  readonly inputs: readonly TypedData[];
  /** Live views, valid until the next `invoke`. */
  readonly outputs: readonly TypedData[];
  private readonly values: Values;
  private readonly kernels: readonly Kernel[];

  /**
   * @param observe told of each new value of the state in a float graph
   * @throws KilnError where `verify` refuses the graph, `graph-invalid` for an op that lacks the form that is needed
   */
  constructor(
    private readonly graph: Graph,
    observe?: Observe,
  ) {
    verify(graph);
    const values = graph.tensors.map((tensor) => tensor.data ?? allocate(tensor));
    this.values = values;
    this.inputs = graph.inputs.map((index) => values[index]!);
    this.outputs = graph.outputs.map((index) => values[index]!);
    this.kernels = graph.ops.map((op) => {
      const form = formOf(op, graph);
      const prepare = definitionOf(op)[form];
      if (!prepare) throw graphError(layerName(op, graph), `has no ${form} form`);
      return prepare(op, graph, values, observe);
    });
    this.reset();
  }

  /** One inference. */
  invoke(): void {
    for (const kernel of this.kernels) kernel();
  }

  /** One op of an inference, by its place, on what its inputs hold. */
  step(op: number): void {
    this.kernels[op]!();
  }

  /** Clears the state: variables get real zero. */
  reset(): void {
    this.graph.tensors.forEach(({ isVariable, dtype, quantization }, index) => {
      if (!isVariable) return;
      const zero = dtype === 'int8' ? (quantization?.zeroPoint[0] ?? 0) : 0;
      (this.values[index] as Int8Array).fill(zero);
    });
  }

  /** The values of a tensor: constants at any time, activations of the last inference. */
  value(tensor: number): TypedData {
    const value = this.values[tensor];
    if (!value) throw new RangeError(`tensor ${tensor} of ${this.values.length}`);
    return value;
  }
}

function allocate({ dtype, shape }: Tensor): TypedData {
  return new ARRAY_TYPES[dtype](elements(shape));
}

export interface Interpreter<A extends Int8Array | Float32Array> {
  /** Elements of the input and the output. */
  readonly inputSize: number;
  readonly outputSize: number;
  /** One inference. The arrays have `inputSize` and `outputSize` elements and belong to the caller; nothing is allocated. */
  invoke(input: A, output: A): void;
  /** Clears the state of a model that has one. */
  reset(): void;
  /** The values of a tensor: constants at any time, activations of the last inference. */
  value(tensor: number): TypedData;
}

/** @throws KilnError `graph-invalid` for a graph with other than one int8 input and one int8 output */
export function createInterpreter(graph: Graph): Interpreter<Int8Array> {
  return new SingleInterpreter<Int8Array>(graph, 'int8');
}

/** @throws KilnError `graph-invalid` for a graph with other than one float32 input and one float32 output */
export function createFloatInterpreter(graph: Graph): Interpreter<Float32Array> {
  return new SingleInterpreter<Float32Array>(graph, 'float32');
}

/** One input and one output. */
class SingleInterpreter<A extends Int8Array | Float32Array> implements Interpreter<A> {
  private readonly whole: GraphInterpreter;
  private readonly input: A;
  private readonly output: A;

  constructor(graph: Graph, dtype: 'int8' | 'float32') {
    this.whole = new GraphInterpreter(graph);
    expectSingle(graph, graph.inputs, 'input', dtype);
    expectSingle(graph, graph.outputs, 'output', dtype);
    this.input = this.whole.inputs[0] as A;
    this.output = this.whole.outputs[0] as A;
  }

  get inputSize(): number {
    return this.input.length;
  }

  get outputSize(): number {
    return this.output.length;
  }

  invoke(input: A, output: A): void {
    if (input.length !== this.inputSize || output.length !== this.outputSize) {
      throw new RangeError(`invoke takes ${this.inputSize} values and gives ${this.outputSize}`);
    }
    this.input.set(input);
    this.whole.invoke();
    output.set(this.output);
  }

  reset(): void {
    this.whole.reset();
  }

  value(tensor: number): TypedData {
    return this.whole.value(tensor);
  }
}

function expectSingle(graph: Graph, indices: readonly number[], role: string, dtype: Tensor['dtype']): void {
  const tensor = graph.tensors[indices[0]!]!;
  if (indices.length > 1) throw graphError(graph.name, `has ${indices.length} ${role}s, and one is expected`);
  if (tensor.dtype !== dtype)
    throw graphError(graph.name, `its ${role} is ${printType(tensor)}, and ${dtype} is expected`);
}
