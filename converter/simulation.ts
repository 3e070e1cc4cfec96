// An int8 graph in float arithmetic: every tensor rounded to its steps, but for a layer that is kept in float.
import { ARRAY_TYPES, elements, type Graph, type Op, type Tensor, type TypedData } from './graph/graph.js';
import type { Kernel } from './ops/op.js';
import { definitionOf } from './ops/table.js';
import { quantizeValues } from './quantization/scales.js';

/** An int8 graph, and the float graph that it was made of: tensors have the same indices in both. */
export interface GraphPair {
  graph: Graph;
  reference: Graph;
}

export class Simulation {
  private readonly graph: Graph;
  private readonly values: TypedData[];
  private readonly kernels: Kernel[];
  private readonly roundInputs: Kernel[];

  /** @param spared the op, by its place in the int8 graph, whose weights and outputs stay as they are in float */
  constructor({ graph, reference }: GraphPair, spared?: number) {
    const tensors = graph.tensors.map((tensor, index) => realTensor(tensor, reference.tensors[index]));
    this.graph = { ...graph, tensors };
    this.values = tensors.map(({ data, dtype, shape }) => data ?? new ARRAY_TYPES[dtype](elements(shape)));
    const float = this.values.map((value, index) => reference.tensors[index]?.data ?? value);
    this.kernels = graph.ops.flatMap((op, place) => {
      const original = reference.ops.find(({ outputs }) => outputs[0] === op.outputs[0]);
      if (place === spared) return [original ? kernelOf(original, reference, float) : this.copy(op)];
      const compute = original ? kernelOf(op, this.graph, this.values) : this.copy(op);
      return [compute, ...op.outputs.map((output) => this.round(output, graph.tensors[output]!))];
    });
    this.roundInputs = graph.inputs.map((input) => this.round(input, graph.tensors[input]!));
  }

  /** @param input of all the graph's inputs, one behind the other */
  invoke(input: Float32Array): void {
    let start = 0;
    for (const index of this.graph.inputs) {
      const to = this.value(index);
      to.set(input.subarray(start, (start += to.length)));
    }
    for (const round of this.roundInputs) round();
    for (const kernel of this.kernels) kernel();
  }

  value(tensor: number): Float32Array {
    return this.values[tensor] as Float32Array;
  }

  /** A QUANTIZE between two scales. */
  private copy({ inputs, outputs }: Op): Kernel {
    return () => this.value(outputs[0]!).set(this.value(inputs[0]!));
  }

  private round(index: number, { quantization }: Tensor): Kernel {
    const values = this.value(index);
    const { scale, zeroPoint } = quantization!;
    return () => {
      quantizeValues(values, quantization!).forEach((q, i) => (values[i] = scale[0]! * (q - zeroPoint[0]!)));
    };
  }
}

function kernelOf(op: Op, graph: Graph, values: readonly TypedData[]): Kernel {
  return definitionOf(op).float32!(op, graph, values);
}

/** Its float form: constants as their integers mean them, activations and state as in the float graph. */
function realTensor(tensor: Tensor, original: Tensor | undefined): Tensor {
  const { quantization, ...rest } = tensor;
  if (!quantization) return tensor;
  if (tensor.data) return { ...rest, dtype: 'float32', data: dequantizedConstant(tensor) };
  return { ...rest, dtype: original?.dtype ?? 'float32' };
}

/** With one scale, or one for each index of an axis. */
function dequantizedConstant({ data, shape, quantization }: Tensor): Float32Array {
  const { scale, zeroPoint, axis } = quantization!;
  const inner = elements(shape.slice(axis + 1));
  const channel = (i: number) => (scale.length === 1 ? 0 : Math.floor(i / inner) % scale.length);
  return Float32Array.from(data as Int8Array, (q, i) => scale[channel(i)]! * (q - zeroPoint[channel(i)]!));
}
