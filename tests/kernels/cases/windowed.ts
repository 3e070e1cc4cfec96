// What the cases of windowed ops have in common: a window in few words, and scales at which an output fills its int8.
import { elements, type Activation, type Graph, type Padding } from '../../../converter/graph/graph.js';
import { outputSize } from '../../../converter/ops/window.js';
import type { GraphBuilder } from '../builder.js';

type Pair = [height: number, width: number];

export interface Windowed {
  input: number[];
  filter: Pair;
  stride?: Pair;
  dilation?: Pair;
  padding?: Padding;
  activation?: Activation;
  /** Zero points of input and output. */
  zeroPoints?: [input: number, output: number];
}

/** What the cases of an op with weights may set. */
export interface Weighted {
  /** Largest |bias|. Without it there is no bias; 'marked absent' is an input −1. */
  bias?: number | 'marked absent';
  inputScale?: number;
  /** Weights of 1 and −1 alone, whose sums a multiplier above 1 does not clip. */
  units?: boolean;
  /** One per channel, or one for all. */
  scales?: number[];
  outputScale?: number;
}

/** A window with weights. */
export interface Convolution extends Windowed, Weighted {
  /** Output channels. */
  channels: number;
}

export const INPUT_SCALE = 0.05;

/** Input × weights / output scale, with an output scale of 1, of the least and the largest shifts. */
export const EXTREME_MULTIPLIERS = {
  /** 2⁻³² is the least that has a shift; what is below is 0. */
  tiny: { inputScale: 1, scales: [2 ** -29, 2 ** -31, 2 ** -32, 2 ** -33], outputScale: 1, bias: 2 ** 31 - 2 ** 16 },
  above_one: { inputScale: 1, scales: [1, 1.7, 3.3, 100], outputScale: 1, bias: 3, units: true },
  /** (1 + 2⁻¹⁷) (1 − 2⁻¹⁷) rounds to a fraction of 2³¹, which has to be halved. */
  carried: { inputScale: 1 + 2 ** -17, scales: [1 - 2 ** -17], outputScale: 1, bias: 3, units: true },
} satisfies Record<string, Weighted>;

/** Each spec as a case, with a seed of its own. */
export function casesOf<S>(build: (seed: number, spec: S) => Graph, specs: Record<string, S>): Record<string, Graph> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec], seed) => [name, build(seed, spec)]));
}

/** A scale for each channel, each larger than the one before. */
export function spread(channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => 0.004 * (1 + c));
}

/** Uniform weights, or of one unit each. */
export function weightsOf(
  b: GraphBuilder,
  { units }: Weighted,
  shape: number[],
  scales: number[],
  axis: number,
): number {
  if (!units) return b.weights({ shape, scales, axis });
  const data = Int8Array.from({ length: elements(shape) }, (_, i) => (i % 3 === 1 ? -1 : 1));
  const quantization = { scale: scales.map(Math.fround), zeroPoint: scales.map(() => 0), axis };
  return b.tensor({ shape, dtype: 'int8', quantization, data });
}

/** The inputs behind the weights. */
export function biasOf(
  b: GraphBuilder,
  { bias }: Weighted,
  input: number,
  weights: number,
  channels: number,
): number[] {
  if (bias === undefined) return [];
  return [bias === 'marked absent' ? -1 : b.bias(input, weights, channels, bias)];
}

export function windowOptions({ padding = 'SAME', activation = 'NONE', ...spec }: Windowed) {
  const [strideH, strideW] = spec.stride ?? [1, 1];
  const [dilationH, dilationW] = spec.dilation ?? [1, 1];
  return { padding, strideH, strideW, activation, dilationH, dilationW };
}

/** Shape of the output. */
export function windowOutput(spec: Windowed, channels: number): number[] {
  const { padding, strideH, strideW, dilationH, dilationW } = windowOptions(spec);
  const [batches, height, width] = spec.input as [number, number, number];
  const outH = outputSize(padding, height, spec.filter[0], strideH, dilationH);
  const outW = outputSize(padding, width, spec.filter[1], strideW, dilationW);
  return [batches, outH, outW, channels];
}

/** The output's scale: where it is not given, one at which the sums of `depth` random products fill int8. */
export function outputScaleOf({ inputScale = INPUT_SCALE, outputScale }: Weighted, depth: number, scales: number[]) {
  const middle = scales[scales.length >> 1]!;
  return outputScale ?? (inputScale * middle * Math.sqrt(depth) * 73 * 74) / 50;
}

/** Values under the window in `channels` channels. */
export function windowDepth({ filter }: Windowed, channels: number): number {
  return elements(filter) * channels;
}
