// Integer arithmetic that the host and the chip share to the last bit: here in doubles, which hold every integer below 2⁵³;
// on the chip in int64 (firmware-templates/detectors/tk_integer.h).

export const INT16_MIN = -0x8000;
export const INT16_MAX = 0x7fff;
export const INT32_MAX = 0x7fffffff;

/** round(x / 2^bits), halves upwards. @param x an integer of magnitude below 2⁵² @param bits 0 … 51 */
export function roundShift(x: number, bits: number): number {
  return bits === 0 ? x : Math.floor((x + 2 ** (bits - 1)) / 2 ** bits);
}

/** @param low, high integers, low ≤ high */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : Math.min(x, high);
}

/** Of int32 without its least value, so that the negative is one too. */
export function saturate(x: number): number {
  return clamp(x, -INT32_MAX, INT32_MAX);
}

/** Fraction bits of `log2`. */
export const LOG_BITS = 10;
/** Fraction bits of the mantissa, of the table's index, and of the table. */
const MANTISSA_BITS = 15;
const INDEX_BITS = 5;
const TABLE_BITS = 14;
const REST_BITS = MANTISSA_BITS - INDEX_BITS;
/** log₂(1 + i/32). */
const LOG_TABLE = Int16Array.from({ length: 2 ** INDEX_BITS + 1 }, (_, i) =>
  Math.round(2 ** TABLE_BITS * Math.log2(1 + i / 2 ** INDEX_BITS)),
);

/** log₂ x in Q10, within 0.0003 of the truth; 0 for x < 1. @param x an integer below 2⁵³ */
export function log2(x: number): number {
  if (x < 1) return 0;
  const exponent = bitLength(x) - 1;
  const mantissa = Math.floor(x * 2 ** (MANTISSA_BITS - exponent)) - 2 ** MANTISSA_BITS;
  const index = mantissa >> REST_BITS;
  const rise = (LOG_TABLE[index + 1]! - LOG_TABLE[index]!) * (mantissa & (2 ** REST_BITS - 1));
  const fraction = LOG_TABLE[index]! + roundShift(rise, REST_BITS);
  return exponent * 2 ** LOG_BITS + roundShift(fraction, TABLE_BITS - LOG_BITS);
}

/** Bits of an integer of 0 … 2⁵³ − 1; 0 has none. */
export function bitLength(x: number): number {
  const high = Math.floor(x / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(x >>> 0);
}
