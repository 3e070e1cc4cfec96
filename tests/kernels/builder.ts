// Builds small int8 graphs from a seed, so that a test case is its numbers and nothing else.
import { Random } from '../../base/random.js';
import {
  elements,
  type DType,
  type Graph,
  type Op,
  type OpOptions,
  type Opcode,
  type Quantization,
  type Tensor,
} from '../../converter/graph/graph.js';

export interface Weights {
  shape: number[];
  /** One scale is per tensor. */
  scales: number[];
  axis: number;
}

export class GraphBuilder {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly random: Random;

  constructor(
    private readonly name: string,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  /** A quantized activation. @returns its index */
  activation(shape: number[], scale: number, zeroPoint: number, dtype: DType = 'int8'): number {
    const name = `activation_${this.tensors.length}`;
    return this.add({ name, shape, dtype, quantization: perTensor(scale, zeroPoint) });
  }

  /** A float32 activation. */
  floats(shape: number[]): number {
    return this.add({ name: `activation_${this.tensors.length}`, shape, dtype: 'float32' });
  }

  /** State that lives from one inference to the next. */
  variable(shape: number[], scale: number, zeroPoint: number, dtype: DType = 'int8'): number {
    const name = `state_${this.tensors.length}`;
    return this.add({ name, shape, dtype, quantization: perTensor(scale, zeroPoint), isVariable: true });
  }

  /** A constant operand: uniform int8 in all of its range. */
  constant(shape: number[], scale: number, zeroPoint: number): number {
    const data = Int8Array.from({ length: elements(shape) }, () => this.random.integer(256) - 128);
    const name = `constant_${this.tensors.length}`;
    return this.add({ name, shape, dtype: 'int8', quantization: perTensor(scale, zeroPoint), data });
  }

  /** An activation of another shape with the quantization of `tensor`. */
  like(tensor: number, shape: number[]): number {
    const { scale, zeroPoint } = this.tensors[tensor]!.quantization!;
    return this.activation(shape, scale[0]!, zeroPoint[0]!);
  }

  /** Uniform int8 weights in [−127, 127]. */
  weights({ shape, scales, axis }: Weights): number {
    const data = Int8Array.from({ length: elements(shape) }, () => this.random.integer(255) - 127);
    const quantization = { scale: scales.map(Math.fround), zeroPoint: scales.map(() => 0), axis };
    return this.add({ name: `weights_${this.tensors.length}`, shape, dtype: 'int8', quantization, data });
  }

  /** Uniform int32 biases up to ±`largest`, with scale input × weights. */
  bias(input: number, weights: number, channels: number, largest: number): number {
    const inputScale = this.tensors[input]!.quantization!.scale[0]!;
    const { scale: weightScale } = this.tensors[weights]!.quantization!;
    const scale = weightScale.map((s) => Math.fround(s * inputScale));
    const data = Int32Array.from({ length: channels }, () => this.random.integer(2 * largest + 1) - largest);
    const quantization = { scale, zeroPoint: scale.map(() => 0), axis: 0 };
    return this.add({ name: `bias_${this.tensors.length}`, shape: [channels], dtype: 'int32', quantization, data });
  }

  /** int32 values that say what an op does: a shape, axes, paddings. */
  integers(values: readonly number[], shape: number[] = [values.length]): number {
    return this.add({ name: `integers_${this.tensors.length}`, shape, dtype: 'int32', data: Int32Array.from(values) });
  }

  /** A shape as an op's input. */
  shape(values: number[]): number {
    return this.integers(values);
  }

  /** Any tensor of the caller's own. */
  tensor(tensor: Omit<Tensor, 'name'>): number {
    return this.add({ ...tensor, name: `tensor_${this.tensors.length}` });
  }

  /** @returns its first output */
  op<K extends Opcode>(
    opcode: K,
    inputs: number[],
    output: number | number[],
    options: OpOptions[K],
    intermediates?: number[],
  ): number {
    const outputs = [output].flat();
    const op = { opcode, name: this.tensors[outputs[0]!]!.name, inputs, outputs, options } as Op;
    this.ops.push(intermediates ? { ...op, intermediates } : op);
    return outputs[0]!;
  }

  graph(input: number | number[], output: number | number[]): Graph {
    const { name, tensors, ops } = this;
    return { name, tensors, ops, inputs: [input].flat(), outputs: [output].flat(), metadata: new Map() };
  }

  private add(tensor: Tensor): number {
    return this.tensors.push(tensor) - 1;
  }
}

function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
}
