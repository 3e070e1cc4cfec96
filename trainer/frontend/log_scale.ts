// Natural logarithm in integers: the position of the top bit, and a table for what lies below it.

const FRACTION_BITS = 16;
const ONE = 1 << FRACTION_BITS;
const SEGMENT_BITS = 7;
const SEGMENTS = 1 << SEGMENT_BITS;
/** ln 2 in Q16. */
const LN_2 = Math.round(Math.LN2 * ONE);

/** How far log₂(1 + x) lies above x, in Q16, at x = 0, 1/128 … 1. */
export const LOG_TABLE = Uint16Array.from({ length: SEGMENTS + 1 }, (_, i) =>
  Math.round((Math.log2(1 + i / SEGMENTS) - i / SEGMENTS) * ONE),
);

/** log₂ of x ≥ 1 in Q16. */
function log2(x: number): number {
  const integer = 31 - Math.clz32(x);
  const below = x - 2 ** integer;
  const fraction = integer < FRACTION_BITS ? below << (FRACTION_BITS - integer) : below >>> (integer - FRACTION_BITS);
  const segment = fraction >> (FRACTION_BITS - SEGMENT_BITS);
  const start = LOG_TABLE[segment]!;
  const into = fraction - (segment << (FRACTION_BITS - SEGMENT_BITS));
  // The device shifts by 16 here where 9 would interpolate: kept, for the same integers.
  const rise = ((LOG_TABLE[segment + 1]! - start) * into) >> FRACTION_BITS;
  return integer * ONE + fraction + start + rise;
}

/** ln x with `scaleShift` fraction bits; 0 for x ≤ 1. */
export function scaledLog(x: number, scaleShift: number): number {
  if (x <= 1) return 0;
  const natural = Math.floor((LN_2 * log2(x) + ONE / 2) / ONE);
  return ((natural << scaleShift) + ONE / 2) >>> FRACTION_BITS;
}

/** Logs of signal << correctionBits (a negative shift goes right) into `output`, limited to 65535. */
export function applyLog(signal: Uint32Array, correctionBits: number, scaleShift: number, output: Uint16Array): void {
  for (let i = 0; i < signal.length; i++) {
    const value = correctionBits < 0 ? signal[i]! >>> -correctionBits : (signal[i]! << correctionBits) >>> 0;
    output[i] = Math.min(scaledLog(value, scaleShift), 0xffff);
  }
}
