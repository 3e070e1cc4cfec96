// Sigmoid and tanh of 16-bit values, by a table of the sigmoid with straight lines between its points.
// Source: tensorflow/lite/kernels/internal/common.h, reference/integer_ops/{logistic,tanh}.h (Apache-2.0).

const POINTS = 256;
/** Points from 0 to 8 are 1/24 apart: three of them in 2⁻³. */
const POINTS_PER_UNIT = 24;
/** Where TFLite's table is one above the rounded value. */
const ONE_MORE = [
  ...[4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45, 46],
  ...[49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255],
];

/** 1 / (1 + exp(−i / 24)) in Q0.16. */
export const SIGMOID_TABLE = Uint16Array.from({ length: POINTS }, (_, i) => {
  const rounded = Math.round(0x10000 / (1 + Math.exp(-i / POINTS_PER_UNIT)));
  return ONE_MORE.includes(i) ? rounded + 1 : rounded;
});

/** Table value at `position` points, in units of 2^−bits; the last point and all beyond are 1 less 2⁻¹⁶, or `saturated`. */
function interpolated(position: number, bits: number, saturated: number): number {
  const point = position >> bits;
  if (point >= POINTS - 1) return saturated;
  const here = SIGMOID_TABLE[point]!;
  return (here << bits) + (position & ((1 << bits) - 1)) * (SIGMOID_TABLE[point + 1]! - here);
}

/** 1 / (1 + exp(−x)) in Q0.15 for x in Q3.12. Both are int16. */
export function sigmoidInt16(x: number): number {
  const ofMagnitude = interpolated(Math.abs(3 * x), 9, 0x7fff << 10);
  return (x >= 0 ? ofMagnitude + 512 : 2 ** 25 - ofMagnitude + 511) >> 10;
}

/**
 * tanh(x × 2^exponent) in Q0.15, as 2 sigmoid(2x) − 1.
 * @param x int16
 * @param exponent −29 … 2
 */
export function tanhInt16(x: number, exponent: number): number {
  const shift = exponent + 12;
  const scaled = shift >= 0 ? 3 * x * 2 ** shift : (3 * x + (1 << (-shift - 1))) >> -shift;
  const ofMagnitude = interpolated(Math.abs(scaled), 8, 0xffff << 8) - 2 ** 23;
  return (scaled >= 0 ? ofMagnitude + 128 : 127 - ofMagnitude) >> 8;
}
