// gemmlowp's fixed-point multiplication with double rounding, as TFLite Micro's reference kernels use it.
// Source: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/{common,quantization_util}.cc (Apache-2.0).

/** multiplier × 2^(shift − 31): multiplier is 0 or in 2³⁰ … 2³¹ − 1, shift is positive to the left, −31 or more. */
export interface QuantizedMultiplier {
  multiplier: number;
  shift: number;
}

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;
/** Up to this magnitude, the product with an int32 is exact in a double. */
const EXACT_FACTOR = 2 ** 21;
/** Below this the product of any int32 rounds to zero. */
const LEAST_SHIFT = -31;

/** A real multiplier ≥ 0 as a 31-bit fraction and a power of two. */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  if (real === 0) return { multiplier: 0, shift: 0 };
  const exponent = frexpExponent(real);
  const fraction = Math.round(real * 2 ** (31 - exponent));
  const carried = fraction === 2 ** 31;
  const [multiplier, shift] = carried ? [2 ** 30, exponent + 1] : [fraction, exponent];
  return shift < LEAST_SHIFT ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}

/** The e of C's frexp: value = m × 2^e with m in [0.5, 1), for a positive normal double. */
function frexpExponent(value: number): number {
  const high = new DataView(new Float64Array([value]).buffer).getUint32(4, true);
  return ((high >>> 20) & 0x7ff) - 1022;
}

/** round(a × b / 2³¹), halves upwards; INT32_MIN × INT32_MIN saturates. Both are int32. */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (Math.abs(a) <= EXACT_FACTOR) return Math.floor((a * b + 0x40000000) / 0x80000000);
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  // In two parts, as the product's 62 bits do not fit a double's 53.
  const low = Math.floor((a * (b & 0xffff) + 0x40000000) / 0x10000);
  return Math.floor((a * (b >> 16) + low) / 0x8000);
}

/** round(x / 2^exponent), halves away from zero. x is int32, exponent 0 … 31. */
export function roundingDivideByPOT(x: number, exponent: number): number {
  const mask = ((1 << exponent) - 1) | 0;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/** x × multiplier × 2^(shift − 31), rounded twice; a left shift wraps to int32 first, as the C does. */
export function multiplyByQuantizedMultiplier(x: number, multiplier: number, shift: number): number {
  return shift > 0
    ? saturatingRoundingDoublingHighMul(x << shift, multiplier)
    : roundingDivideByPOT(saturatingRoundingDoublingHighMul(x, multiplier), -shift);
}
