// gemmlowp's functions in 32-bit fixed point; Qm.n has m integer bits and n fraction bits beside the sign.
// Source: gemmlowp fixedpoint/fixedpoint.h, tensorflow/lite/kernels/internal/{common.h,quantization_util.cc} (Apache-2.0).
import {
  quantizeMultiplier,
  roundingDivideByPOT,
  saturatingRoundingDoublingHighMul as multiply,
  type QuantizedMultiplier,
} from './multiplier.js';

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
/** ln 2, √½ and ∜½ in Q0.31. */
const LN_2 = 1488522236;
const SQRT_HALF = 1518500250;
const FOURTH_ROOT_HALF = 1805811301;
/** The logarithm's rational function in Q0.31: (11/240) c, c / 20, 2 / c − c and c / 4 with c = ∜2. */
const LN_NUMERATOR = 117049297;
const LN_DENOMINATOR_SQUARE = 127690142;
const LN_DENOMINATOR_CONSTANT = 1057819769;
const LN_DENOMINATOR_LINEAR = 638450708;
/** 1/4 and 1 in Q6.25, in which the logarithm is summed. */
const Q6_QUARTER = 1 << 23;
const Q6_ONE = 1 << 25;

/** x × 2^exponent, saturated. */
function saturatingShiftLeft(x: number, exponent: number): number {
  return Math.max(INT32_MIN, Math.min(INT32_MAX, x * 2 ** exponent));
}

/** How a function's argument gets from an int8 difference to its fixed point, and the largest difference that this holds. */
export interface ArgumentScaling extends QuantizedMultiplier {
  /** Differences beyond it, in either direction, do not fit. */
  radius: number;
}

/** @param real the argument's scale in units of its format's last place: of 2^(integerBits − 31) */
export function argumentScaling(real: number, integerBits: number): ArgumentScaling {
  const { multiplier, shift } = quantizeMultiplier(real);
  return { multiplier, shift, radius: Math.floor(((2 ** integerBits - 1) * 2 ** (31 - integerBits)) / 2 ** shift) };
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

/** exp(a) in Q0.31 for a ≤ 0 with 4 or 5 integer bits. */
export function expOnNegativeValues(a: number, integerBits: 4 | 5 = 5): number {
  if (a === 0) return INT32_MAX;
  const quarter = 1 << (29 - integerBits);
  const nearZero = (a & (quarter - 1)) - quarter;
  const remainder = nearZero - a;
  let result = expNearZero(saturatingShiftLeft(nearZero, integerBits));
  for (let k = 0; k < integerBits + 2; k++) {
    if (remainder & (quarter << k)) result = multiply(result, EXP_OF_POWERS[k]!);
  }
  return result;
}

/** 2 / (1 + a) in Q2.29 for a in Q0.31, 0 ≤ a < 1: three steps of Newton's method. */
function twoOverOnePlus(a: number): number {
  const halfDenominator = Math.floor((a + INT32_MAX + 1) / 2);
  let x = Q2_48_OVER_17 + multiply(halfDenominator, Q2_MINUS_32_OVER_17);
  for (let step = 0; step < 3; step++) {
    const error = Q2_ONE - multiply(halfDenominator, x);
    x += saturatingShiftLeft(multiply(x, error), 2);
  }
  return x;
}

/** 1 / (1 + a) in Q0.31 for a in Q0.31, 0 ≤ a < 1. */
export function oneOverOnePlus(a: number): number {
  return saturatingShiftLeft(twoOverOnePlus(a), 1);
}

/** 1 / (1 + exp(−a)) in Q0.31 for a in Q4.27. */
export function logistic(a: number): number {
  if (a === 0) return 1 << 30;
  const ofMagnitude = oneOverOnePlus(expOnNegativeValues(-Math.abs(a), 4));
  return a > 0 ? ofMagnitude : INT32_MAX - ofMagnitude;
}

/** tanh(a) in Q0.31 for a in Q4.27, as (1 − e) / (1 + e) with e = exp(−2 |a|): 2 |a| is a's integer in Q5.26. */
export function tanh(a: number): number {
  if (a === 0) return 0;
  const ofMagnitude = saturatingShiftLeft(twoOverOnePlus(expOnNegativeValues(-Math.abs(a))) - Q2_ONE, 2);
  return Math.sign(a) * ofMagnitude;
}

/** ln(a) in Q5.26 for a ≥ 1 in Q12.19: that of its power of two, and a rational function for what is left. */
export function logOfOneOrMore(a: number): number {
  const { mantissa, exponent } = splitForLog(a);
  const p = Math.floor((mantissa + FOURTH_ROOT_HALF + 1) / 2);
  const q = 2 * (mantissa - FOURTH_ROOT_HALF);
  const q2 = multiply(q, q);
  const numerator = multiply(q, mantissa) + multiply(multiply(q, q2), LN_NUMERATOR);
  const inner = LN_DENOMINATOR_CONSTANT + q + multiply(LN_DENOMINATOR_SQUARE, q2);
  const reciprocal = oneOverOnePlus(multiply(p, inner) + multiply(LN_DENOMINATOR_LINEAR, q));
  const sum = multiply(exponent, LN_2) + multiply(roundingDivideByPOT(numerator, 6), reciprocal);
  return saturatingShiftLeft(sum, 1);
}

/** a = mantissa × ∜2 × 2^exponent: of two candidates that with √½ ≤ mantissa < 1. Q0.31 and Q6.25; a is in Q12.19. */
function splitForLog(a: number): { mantissa: number; exponent: number } {
  const zeros = Math.clz32(a);
  const mantissa = saturatingShiftLeft(multiply(a * 2 ** (zeros - 1), SQRT_HALF), 1);
  const headroom = Math.clz32(multiply(a, SQRT_HALF)) - 1;
  return {
    mantissa: Math.min(mantissa, saturatingShiftLeft(a, headroom)),
    exponent: Math.max((12 - zeros) * Q6_ONE + Q6_QUARTER, (12 - headroom) * Q6_ONE - Q6_QUARTER),
  };
}
