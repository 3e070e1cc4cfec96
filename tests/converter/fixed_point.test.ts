// The fixed-point arithmetic against exact integers and against real exp and reciprocal.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import {
  expOnNegativeValues,
  logistic,
  logOfOneOrMore,
  oneOverOnePlus,
  tanh,
} from '../../converter/quantization/fixed_point.js';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundingDivideByPOT,
  saturatingRoundingDoublingHighMul,
} from '../../converter/quantization/multiplier.js';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const CORNERS = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  2 ** 30,
  -(2 ** 30),
  2 ** 16 - 1,
  2 ** 21,
  -(2 ** 21),
  2 ** 21 + 1,
  INT32_MAX,
  INT32_MIN,
  INT32_MIN + 1,
];

/** Pairs of the corners with each other, and random int32 of every size. */
function pairs(): [number, number][] {
  const random = new Random(7);
  const any = () => (random.uint32() | 0) >> random.integer(31);
  const corners = CORNERS.flatMap((a) => CORNERS.map((b): [number, number] => [a, b]));
  return [...corners, ...Array.from({ length: 20_000 }, (): [number, number] => [any(), any()])];
}

/** gemmlowp's own formula: a nudge of the product's sign, then C's truncating division. */
function exactHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  return Number((product + nudge) / (1n << 31n));
}

describe('saturatingRoundingDoublingHighMul', () => {
  it('equals the 64-bit formula', () => {
    const wrong = pairs().filter(([a, b]) => saturatingRoundingDoublingHighMul(a, b) !== exactHighMul(a, b));
    expect(wrong).toEqual([]);
  });
});

describe('roundingDivideByPOT', () => {
  it('rounds to nearest, halves away from zero, for every shift', () => {
    const nearest = (x: number, exponent: number) => Math.sign(x) * Math.floor(Math.abs(x) / 2 ** exponent + 0.5);
    for (let exponent = 0; exponent <= 31; exponent++) {
      const wrong = pairs().filter(([x]) => roundingDivideByPOT(x, exponent) - nearest(x, exponent) !== 0);
      expect(wrong).toEqual([]);
    }
  });
});

describe('quantizeMultiplier', () => {
  it.each([
    [1, 2 ** 30, 1],
    [0.5, 2 ** 30, 0],
    [0.75, 0.75 * 2 ** 31, 0],
    [3, 0.75 * 2 ** 31, 2],
    [0, 0, 0],
    [2 ** -32, 2 ** 30, -31],
    [2 ** -33, 0, 0],
    [1 - 2 ** -40, 2 ** 30, 1],
    [(1 - 2 ** -40) * 2 ** -32, 2 ** 30, -31],
    [(1 - 2 ** -40) * 2 ** -33, 0, 0],
  ])('%d is %d × 2^(%d − 31)', (real, multiplier, shift) => {
    expect(quantizeMultiplier(real)).toEqual({ multiplier, shift });
  });

  it('is within half a unit of 2⁻³¹ of the value', () => {
    const random = new Random(3);
    for (let i = 0; i < 5000; i++) {
      const real = (1 + random.uniform()) * 2 ** (random.integer(50) - 30);
      const { multiplier, shift } = quantizeMultiplier(real);
      expect(Math.abs(multiplier * 2 ** (shift - 31) - real)).toBeLessThanOrEqual(2 ** (shift - 32));
    }
  });
});

describe('multiplyByQuantizedMultiplier', () => {
  it('rounds twice', () => {
    // 0.49999 of the last place: the first rounding makes it a half, the second a whole.
    expect(multiplyByQuantizedMultiplier(1, INT32_MAX, -1)).toBe(1);
    expect(multiplyByQuantizedMultiplier(-1, INT32_MAX, -1)).toBe(-1);
  });

  it('shifts to the left first where the multiplier is above one', () => {
    const { multiplier, shift } = quantizeMultiplier(5.5);
    expect(multiplyByQuantizedMultiplier(101, multiplier, shift)).toBe(556);
  });
});

describe('expOnNegativeValues', () => {
  const exp = (a: number) => expOnNegativeValues(a) / 2 ** 31;

  it('is exp, to the error of its fourth-order series', () => {
    for (let x = 0; x > -31.9; x -= 0.0101) {
      expect(Math.abs(exp(Math.round(x * 2 ** 26)) - Math.exp(Math.round(x * 2 ** 26) / 2 ** 26))).toBeLessThan(2.5e-7);
    }
  });

  it('is exp with 4 integer bits too', () => {
    for (let x = 0; x > -15.9; x -= 0.0101) {
      const a = Math.round(x * 2 ** 27);
      expect(Math.abs(expOnNegativeValues(a, 4) / 2 ** 31 - Math.exp(a / 2 ** 27))).toBeLessThan(2.5e-7);
    }
  });

  it('has factors for the powers of two that are right to the last place', () => {
    const quarter = 2 ** 24;
    for (let k = 0; k < 7; k++) {
      const ratio = exp(-quarter * (1 + 2 ** k)) / exp(-quarter);
      expect(Math.abs(ratio - Math.exp(-0.25 * 2 ** k))).toBeLessThan(2 ** -30);
    }
  });
});

describe('oneOverOnePlus', () => {
  it('is the reciprocal to some units in the last place', () => {
    for (let a = 0; a < 2 ** 31; a += 999_983) {
      expect(Math.abs(oneOverOnePlus(a) / 2 ** 31 - 1 / (1 + a / 2 ** 31))).toBeLessThan(4e-9);
    }
  });
});

describe.each([
  ['logistic', logistic, (x: number) => 1 / (1 + Math.exp(-x))],
  ['tanh', tanh, Math.tanh],
])('%s', (_name, fixed, real) => {
  it('is the real function to some 2⁻²²', () => {
    for (let a = -(2 ** 31) + 1; a < 2 ** 31; a += 9_999_973) {
      expect(Math.abs(fixed(a) / 2 ** 31 - real(a / 2 ** 27))).toBeLessThan(2.5e-7);
    }
    expect(fixed(0)).toBe(real(0) * 2 ** 31);
  });
});

describe('logOfOneOrMore', () => {
  it('is the natural logarithm to some 2⁻²²', () => {
    for (let a = 2 ** 19; a < 2 ** 31; a += Math.ceil(a / 5000)) {
      expect(Math.abs(logOfOneOrMore(a) / 2 ** 26 - Math.log(a / 2 ** 19))).toBeLessThan(2.5e-7);
    }
  });
});
