// ln(1 + x) in single precision, rounding for rounding as C libraries for microcontrollers compute it.

const { fround } = Math;
const LN2_HIGH = fround(0.69313812256);
const LN2_LOW = fround(9.0580006145e-6);
/** Minimax coefficients of the series 2/3, 2/5, 2/7 … of atanh, highest power first. */
const SERIES = [
  0.1479819864, 0.15313838422, 0.1818357259, 0.22222198546, 0.28571429849, 0.40000000596, 0.66666668653,
].map(fround);

/**
 * Sun's fdlibm method, as in newlib and in glibc up to 2.40: 1 + x = 2^k (1 + f) with f in −0.293 … 0.414, then a series in
 * s = f / (2 + f). A correctly rounded logarithm differs in the last bit now and then, and with it a mel weight.
 * @param x single precision, 2⁻¹⁵ ≤ x < 2²⁴
 */
export function log1pf(x: number): number {
  let k = 0;
  let f = x;
  let lost = 0;
  if (x >= fround(Math.SQRT2 - 1)) {
    const u = fround(1 + x);
    k = Math.floor(Math.log2(u));
    lost = fround(fround(k > 0 ? 1 - fround(u - x) : x - fround(u - 1)) / u);
    const mantissa = u / 2 ** k;
    const halved = mantissa >= Math.SQRT2;
    if (halved) k++;
    f = (halved ? mantissa / 2 : mantissa) - 1;
  }
  const s = fround(f / fround(2 + f));
  const z = fround(s * s);
  const series = fround(z * SERIES.reduce((sum, coefficient) => fround(coefficient + fround(z * sum))));
  const halfSquare = fround(fround(0.5 * f) * f);
  const tail = fround(s * fround(halfSquare + series));
  if (k === 0) return fround(f - fround(halfSquare - tail));
  const low = fround(fround(k * LN2_LOW) + lost);
  return fround(fround(k * LN2_HIGH) - fround(fround(halfSquare - fround(tail + low)) - f));
}
