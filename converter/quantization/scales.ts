// Real ranges → the scales and zero points of tensors, and their values on that grid.
import {
  activationGrid,
  INT8_STEPS,
  quantizeActivation,
  quantizeWeight,
  weightScale,
  type ValueRange,
} from '../../base/int8_grid.js';
import type { Quantization } from '../graph/graph.js';

export type { ValueRange } from '../../base/int8_grid.js';

/** A bias beyond this could overflow the int32 sum that it starts. */
const BIAS_MAX = 2 ** 30;
/** Least output scale over the largest sum: of its 31 bits a shift can take one more than the multiplier has, and one is spare. */
const SUM_RESOLUTION = 2 ** -29;

/**
 * Asymmetric int8 for an activation.
 * @param finest the least scale, where the range is next to nothing: behind a layer that gives 0 whatever comes in
 */
export function activationQuantization(range: ValueRange, finest = 0): Quantization {
  const { scale, zeroPoint } = activationGrid(range, finest);
  return { scale: [scale], zeroPoint: [zeroPoint], axis: 0 };
}

/**
 * Symmetric int8 for weights: a scale for each index of `axis`, or one for all where it is null. A scale is raised where
 * the bias, in units of input scale × weight scale, would not fit int32.
 * @param bias real values, one per channel, or undefined
 */
export function weightQuantization(
  data: Float32Array,
  shape: readonly number[],
  axis: number | null,
  inputScale: number,
  bias: Float32Array | undefined,
): Quantization {
  const largest = axis === null ? [largestOf(data)] : largestPerChannel(data, shape, axis);
  const scale = largest.map((value, channel) => {
    const own = bias === undefined ? 0 : axis === null ? largestOf(bias) : Math.abs(bias[channel]!);
    return weightScale(value, own / BIAS_MAX / inputScale);
  });
  return { scale, zeroPoint: scale.map(() => 0), axis: axis ?? 0 };
}

/**
 * The least scale of what a layer with weights gives: below it, the multiplier would shift the largest sum that the
 * weights and the bias can reach out of its 32 bits.
 * @param weights int8, as `quantizeWeights` gives them
 * @param bias int32, as `quantizeBias` gives it
 */
export function leastOutputScale(
  inputScale: number,
  weights: Int8Array,
  shape: readonly number[],
  { scale, axis }: Quantization,
  bias: Int32Array | undefined,
): number {
  const channel = channelIndex(shape, axis);
  const sums = Array.from({ length: shape[axis]! }, (_, c) => 1 + Math.abs(bias?.[c] ?? 0));
  weights.forEach((weight, i) => (sums[channel(i)]! += Math.abs(weight) * INT8_STEPS));
  return largestOf(sums.map((sum, c) => sum * scale[scale.length === 1 ? 0 : c]!)) * inputScale * SUM_RESOLUTION;
}

function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

function largestPerChannel(data: Float32Array, shape: readonly number[], axis: number): number[] {
  const channel = channelIndex(shape, axis);
  const largest = new Array<number>(shape[axis]!).fill(0);
  data.forEach((value, i) => (largest[channel(i)] = Math.max(largest[channel(i)]!, Math.abs(value))));
  return largest;
}

/** The channel of an element, by its place in a dense tensor. */
function channelIndex(shape: readonly number[], axis: number): (element: number) => number {
  const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const channels = shape[axis]!;
  return (element) => Math.floor(element / inner) % channels;
}

/** Of all values, zero among them. */
export function rangeOf(values: Iterable<number>): ValueRange {
  const range = { min: 0, max: 0 };
  for (const value of values) {
    range.min = Math.min(range.min, value);
    range.max = Math.max(range.max, value);
  }
  return range;
}

/** An activation's values to int8, with one scale and zero point. */
export function quantizeValues(values: Float32Array, { scale, zeroPoint }: Quantization): Int8Array {
  const grid = { scale: scale[0]!, zeroPoint: zeroPoint[0]! };
  return Int8Array.from(values, (value) => quantizeActivation(value, grid));
}

/** Weights to int8 in [−127, 127]. */
export function quantizeWeights(
  data: Float32Array,
  shape: readonly number[],
  { scale, axis }: Quantization,
): Int8Array {
  const channel = scale.length === 1 ? () => 0 : channelIndex(shape, axis);
  return Int8Array.from(data, (value, i) => quantizeWeight(value, scale[channel(i)]!));
}

/** int32, in units of input scale × weight scale; one scale per channel where the weights have one. */
export function biasQuantization(inputScale: number, weights: Quantization): Quantization {
  const scale = weights.scale.map((s) => Math.fround(inputScale * s));
  return { scale, zeroPoint: scale.map(() => 0), axis: 0 };
}

export function quantizeBias(data: Float32Array, { scale }: Quantization): Int32Array {
  return Int32Array.from(data, (value, c) => {
    const q = Math.round(value / scale[scale.length === 1 ? 0 : c]!);
    return Math.max(-BIAS_MAX, Math.min(BIAS_MAX, q));
  });
}
