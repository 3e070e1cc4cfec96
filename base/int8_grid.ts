// The real values that int8 stands for, as TFLite's specification has it: the converter rounds to them, and the trainer already trains on them
// (https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec).

/** Smallest and largest real value. */
export interface ValueRange {
  min: number;
  max: number;
}

/** real = scale × (q − zeroPoint); the scale is a float32 value. */
export interface Int8Grid {
  scale: number;
  zeroPoint: number;
}

export const INT8_MIN = -128;
export const INT8_MAX = 127;
export const INT8_STEPS = INT8_MAX - INT8_MIN;
/** Weights are symmetric: they leave −128 out. */
const WEIGHT_MAX = 127;
/** What is always 0 needs a scale as well: the product of two is a normal float32, and SOFTMAX takes it (2⁻²⁶ and up). */
const LEAST_SCALE = 2 ** -24;

/** An activation's grid: asymmetric over its range, with 0 on it, as padding needs it. @param finest the least scale */
export function activationGrid({ min, max }: ValueRange, finest = 0): Int8Grid {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const scale = inFewBits(Math.max((high - low) / INT8_STEPS, finest, LEAST_SCALE));
  const zeroPoint = clamp(INT8_MIN - Math.round(low / scale), INT8_MIN, INT8_MAX);
  return { scale, zeroPoint };
}

/** An activation's value on its grid, −128 … 127. */
export function quantizeActivation(value: number, { scale, zeroPoint }: Int8Grid): number {
  return clamp(Math.round(value / scale) + zeroPoint, INT8_MIN, INT8_MAX);
}

/** The scale of weights whose largest magnitude this is. @param finest the least scale */
export function weightScale(largest: number, finest = 0): number {
  return inFewBits(Math.max(largest / WEIGHT_MAX, finest, LEAST_SCALE));
}

/**
 * The next number of 12 significant bits: the product of two such scales is exact in float32. TFLite Micro multiplies
 * scales in float32 in some releases and in double in others, and so both compute the same.
 */
function inFewBits(scale: number): number {
  const step = 2 ** (Math.floor(Math.log2(scale)) - 11);
  return Math.ceil(scale / step) * step;
}

/** A weight in steps of its scale, −127 … 127. */
export function quantizeWeight(value: number, scale: number): number {
  return clamp(Math.round(value / scale), -WEIGHT_MAX, WEIGHT_MAX);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
