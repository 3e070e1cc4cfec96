// Real ranges → scales and zero points, as TFLite's int8 specification wants them
// (https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec).
import type { Quantization } from '../graph/graph.js';

/** Smallest and largest real value. */
export interface ValueRange {
  min: number;
  max: number;
}

const INT8_MIN = -128;
const INT8_STEPS = 255;
const WEIGHT_MAX = 127;
/** A bias beyond this could overflow the int32 sum that it starts. */
const BIAS_MAX = 2 ** 30;
/** Least output scale over the largest sum: of its 31 bits a shift can take one more than the multiplier has, and one is spare. */
const SUM_RESOLUTION = 2 ** -29;
/** What is always 0 needs a scale as well: the product of two is a normal float32, and SOFTMAX takes it (2⁻²⁶ and up). */
const LEAST_SCALE = 2 ** -24;

/**
 * Asymmetric int8 for an activation: 0 is represented exactly, as padding needs it.
 * @param finest the least scale, where the range is next to nothing: behind a layer that gives 0 whatever comes in
 */
export function activationQuantization({ min, max }: ValueRange, finest = 0): Quantization {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const scale = Math.fround(Math.max((high - low) / INT8_STEPS, finest, LEAST_SCALE));
  const zeroPoint = Math.max(INT8_MIN, Math.min(INT8_MIN + INT8_STEPS, INT8_MIN - Math.round(low / scale)));
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
    return Math.fround(Math.max(value / WEIGHT_MAX, own / BIAS_MAX / inputScale, LEAST_SCALE));
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
  return Int8Array.from(values, (value) => {
    const q = Math.round(value / scale[0]!) + zeroPoint[0]!;
    return Math.max(INT8_MIN, Math.min(INT8_MIN + INT8_STEPS, q));
  });
}

/** Weights to int8 in [−127, 127]. */
export function quantizeWeights(
  data: Float32Array,
  shape: readonly number[],
  { scale, axis }: Quantization,
): Int8Array {
  const channel = scale.length === 1 ? () => 0 : channelIndex(shape, axis);
  return Int8Array.from(data, (value, i) => clamp(Math.round(value / scale[channel(i)]!), WEIGHT_MAX));
}

/** int32, in units of input scale × weight scale; one scale per channel where the weights have one. */
export function biasQuantization(inputScale: number, weights: Quantization): Quantization {
  const scale = weights.scale.map((s) => Math.fround(inputScale * s));
  return { scale, zeroPoint: scale.map(() => 0), axis: 0 };
}

export function quantizeBias(data: Float32Array, { scale }: Quantization): Int32Array {
  return Int32Array.from(data, (value, c) => clamp(Math.round(value / scale[scale.length === 1 ? 0 : c]!), BIAS_MAX));
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
