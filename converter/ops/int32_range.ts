// The proof that a sum fits 32 bits when it is scaled to its output.

/** A sum's largest magnitude: int32's, less what the output's zero point may add. */
const MAX_SUM = 2 ** 31 - 1 - 128;

/** Whether a sum up to `largest` still fits when it is shifted to the left, as a multiplier above 1 has it. */
export function fitsInt32(largest: number, shift: number): boolean {
  return largest * 2 ** Math.max(0, shift) <= MAX_SUM;
}

/** The largest |q − zero point| of int8 values. */
export function farthest(zeroPoint: number): number {
  return Math.max(127 - zeroPoint, 128 + zeroPoint);
}
