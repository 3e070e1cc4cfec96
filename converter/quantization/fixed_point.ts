// gemmlowp's exp and reciprocal in 32-bit fixed point; Qm.n has m integer bits and n fraction bits beside the sign.
// Source: gemmlowp fixedpoint/fixedpoint.h (Apache-2.0).
import { roundingDivideByPOT, saturatingRoundingDoublingHighMul as multiply } from './multiplier.js';

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;

/** exp(−2^k) in Q0.31 for k = −2 … 4. */
const EXP_OF_POWERS = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];
/** exp(−1/8) and 1/3 in Q0.31. */
const EXP_MINUS_EIGHTH = 1895147668;
const ONE_THIRD = 715827883;
/** 48/17 and −32/17 in Q2.29: the first guess of Newton's method. */
const Q2_48_OVER_17 = 1515870810;
const Q2_MINUS_32_OVER_17 = -1010580540;
const Q2_ONE = 1 << 29;

/** x × 2^exponent, saturated. */
function saturatingShiftLeft(x: number, exponent: number): number {
  return Math.max(INT32_MIN, Math.min(INT32_MAX, x * 2 ** exponent));
}

/** exp(a) in Q0.31 for a in Q0.31, −1/4 ≤ a < 0: Taylor's series about −1/8. */
function expNearZero(a: number): number {
  const x = a + (1 << 28);
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4Over4 = roundingDivideByPOT(multiply(x2, x2), 2);
  const tail = roundingDivideByPOT(multiply(x4Over4 + x3, ONE_THIRD) + x2, 1);
  return EXP_MINUS_EIGHTH + multiply(EXP_MINUS_EIGHTH, x + tail);
}

/** exp(a) in Q0.31 for a ≤ 0 in Q5.26. */
export function expOnNegativeValues(a: number): number {
  if (a === 0) return INT32_MAX;
  const quarter = 1 << 24;
  const nearZero = (a & (quarter - 1)) - quarter;
  const remainder = nearZero - a;
  let result = expNearZero(saturatingShiftLeft(nearZero, 5));
  EXP_OF_POWERS.forEach((factor, k) => {
    if (remainder & (quarter << k)) result = multiply(result, factor);
  });
  return result;
}

/** 1 / (1 + a) in Q0.31 for a in Q0.31, 0 ≤ a < 1: three steps of Newton's method. */
export function oneOverOnePlus(a: number): number {
  const halfDenominator = Math.floor((a + INT32_MAX + 1) / 2);
  let x = Q2_48_OVER_17 + multiply(halfDenominator, Q2_MINUS_32_OVER_17);
  for (let step = 0; step < 3; step++) {
    const error = Q2_ONE - multiply(halfDenominator, x);
    x += saturatingShiftLeft(multiply(x, error), 2);
  }
  return saturatingShiftLeft(x, 1);
}
