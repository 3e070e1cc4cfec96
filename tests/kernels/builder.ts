// Builds small int8 graphs from a seed, so that a test case is its numbers and nothing else.
import { Random } from '../../base/random.js';
import {
  elements,
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

  /** An int8 activation. @returns its index */
  activation(shape: number[], scale: number, zeroPoint: number): number {
    const name = `activation_${this.tensors.length}`;
    return this.add({ name, shape, dtype: 'int8', quantization: perTensor(scale, zeroPoint) });
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

  shape(values: number[]): number {
    return this.add({
      name: `shape_${this.tensors.length}`,
      shape: [values.length],
      dtype: 'int32',
      data: Int32Array.from(values),
    });
  }

  op<K extends Opcode>(opcode: K, inputs: number[], output: number, options: OpOptions[K]): number {
    this.ops.push({ opcode, name: this.tensors[output]!.name, inputs, outputs: [output], options } as Op);
    return output;
  }

  graph(input: number, output: number): Graph {
    const { name, tensors, ops } = this;
    return { name, tensors, ops, inputs: [input], outputs: [output], metadata: new Map() };
  }

  private add(tensor: Tensor): number {
    return this.tensors.push(tensor) - 1;
  }
}

function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
}
