// Builds small float graphs with seeded constants, for passes and quantization.
import { Random } from '../../base/random.js';
import {
  elements,
  type Graph,
  type Op,
  type OpOptions,
  type Opcode,
  type Tensor,
} from '../../converter/graph/graph.js';

export class FloatBuilder {
  readonly tensors: Tensor[] = [];
  readonly ops: Op[] = [];
  private readonly random: Random;

  constructor(seed = 1) {
    this.random = new Random(seed);
  }

  activation(name: string, shape: number[]): number {
    return this.tensors.push({ name, shape, dtype: 'float32' }) - 1;
  }

  constant(name: string, shape: number[], data?: ArrayLike<number>): number {
    const values = data ?? Array.from({ length: elements(shape) }, () => this.random.normal());
    return this.tensors.push({ name, shape, dtype: 'float32', data: Float32Array.from(values) }) - 1;
  }

  /** @returns the output's index; it is named as the op */
  op<K extends Opcode>(opcode: K, name: string, inputs: number[], shape: number[], options: OpOptions[K]): number {
    const output = this.activation(name, shape);
    this.ops.push({ opcode, name, inputs, outputs: [output], options } as Op);
    return output;
  }

  conv(name: string, input: number, weights: number, shape: number[], bias?: number): number {
    return this.op('CONV_2D', name, [input, weights, ...(bias === undefined ? [] : [bias])], shape, CONV);
  }

  /** gamma, beta and mean are normal; the variance is positive. */
  norm(name: string, input: number): number {
    const { shape } = this.tensors[input]!;
    const channels = shape.at(-1)!;
    const parameters = ['gamma', 'beta', 'mean'].map((key) => this.constant(`${name}/${key}`, [channels]));
    const variance = Array.from({ length: channels }, () => 0.5 + this.random.uniform());
    const inputs = [input, ...parameters, this.constant(`${name}/variance`, [channels], variance)];
    return this.op('BATCH_NORMALIZATION', name, inputs, [...shape], { epsilon: 0.001 });
  }

  graph(input: number | number[], output: number | number[]): Graph {
    const { tensors, ops } = this;
    return { name: 'float', tensors, ops, inputs: [input].flat(), outputs: [output].flat(), metadata: new Map() };
  }
}

/** 1 × 1 steps without padding. */
export const CONV = {
  padding: 'VALID',
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  activation: 'NONE',
} as const;
