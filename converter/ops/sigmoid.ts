// What LOGISTIC and TANH share in int8: an argument in Q4.27, and limits where that ends.
// Source: tensorflow/lite/kernels/internal/reference/integer_ops/{logistic,tanh}.h.
import { argumentScaling } from '../quantization/fixed_point.js';
import { multiplyByQuantizedMultiplier, roundingDivideByPOT } from '../quantization/multiplier.js';
import type { LayerCheck } from './layer_check.js';
import type { Grid } from './lookup.js';

const INTEGER_BITS = 4;
/** Between these the shift of the argument's scale is one that TFLite Micro can compute a range with: 0 to 62. */
const SCALE_LEAST = 2 ** -28;
const SCALE_LIMIT = 2 ** 35;

export function checkSigmoidInput(check: LayerCheck, { scale }: Grid): void {
  check.expect(
    scale >= SCALE_LEAST && scale < SCALE_LIMIT,
    () => `has an input of scale ${scale}, and it has to be 2^-28 or more and below 2^35`,
  );
}

/**
 * @param curve from Q4.27 to Q0.31
 * @param fractionBits of the output
 * @returns from input − zero point to the output, ±∞ where the argument does not fit Q4.27
 */
export function sigmoid(curve: (a: number) => number, scale: number, fractionBits: number): (x: number) => number {
  const { multiplier, shift, radius } = argumentScaling(scale * 2 ** (31 - INTEGER_BITS), INTEGER_BITS);
  return (x) => {
    if (x <= -radius) return -Infinity;
    if (x >= radius) return Infinity;
    return roundingDivideByPOT(curve(multiplyByQuantizedMultiplier(x, multiplier, shift)), 31 - fractionBits);
  };
}
