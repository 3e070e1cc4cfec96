// What SOFTMAX and LOG_SOFTMAX share: rows of the last dimension; in int8 the differences to a row's maximum, and the sum of
// their exponentials, in gemmlowp's fixed point.
// Source: tensorflow/lite/kernels/internal/reference/{softmax,log_softmax}.h.
import type { CFields } from '../codegen/kernel_call.js';
import { argumentScaling, expOnNegativeValues, type ArgumentScaling } from '../quantization/fixed_point.js';
import { multiplyByQuantizedMultiplier, roundingDivideByPOT } from '../quantization/multiplier.js';
import type { LayerCheck } from './layer_check.js';

/** exp's argument is Q5.26, the sum of exps Q12.19. */
const DIFFERENCE_INTEGER_BITS = 5;
export const SUM_INTEGER_BITS = 12;
/** From here on a row of ones overflows the sum. */
const DEPTH_LIMIT = 2 ** SUM_INTEGER_BITS;

/** @param beta the factor of the differences */
export function checkRows(check: LayerCheck, beta: number): void {
  check.expect(check.input.shape.length >= 1, () => 'has a single value as input');
  if (check.form === 'float32') return;
  const depth = check.input.shape.at(-1)!;
  check.expect(depth < DEPTH_LIMIT, () => `has ${depth} classes, and at most ${DEPTH_LIMIT - 1} can be summed`);
  const real = unitsOfDifference(beta, check.input.quantization!.scale[0]!);
  check.expect(real > 1, () => `has beta × input scale = ${real / 2 ** 26}, and it has to be above 2^-26`);
}

/** beta × input scale in units of Q5.26, capped where exp of the smallest difference is 0 anyway. */
function unitsOfDifference(beta: number, scale: number): number {
  return Math.min(beta * scale * 2 ** (31 - DIFFERENCE_INTEGER_BITS), 2 ** 31 - 1);
}

function scaling(beta: number, scale: number): ArgumentScaling {
  return argumentScaling(unitsOfDifference(beta, scale), DIFFERENCE_INTEGER_BITS);
}

/** tk_differences. */
export function differenceFields(beta: number, scale: number): CFields {
  const { multiplier, shift, radius } = scaling(beta, scale);
  return { multiplier, left_shift: shift, min: 0 - Math.min(255, radius) };
}

/** −d × beta × scale in Q5.26 for d = 0 … 255; the least int32 from the difference on that Q5.26 cannot hold. */
export function differenceTable(beta: number, scale: number): Int32Array {
  const { multiplier, shift, radius } = scaling(beta, scale);
  return Int32Array.from({ length: 256 }, (_, d) =>
    d > radius ? -(2 ** 31) : multiplyByQuantizedMultiplier(-d, multiplier, shift),
  );
}

/** exp of them in Q0.31. */
export function expTable(differences: Int32Array): Int32Array {
  return differences.map((difference) => (difference === -(2 ** 31) ? 0 : expOnNegativeValues(difference)));
}

/** A row's largest value. */
export function largestOf(input: Int8Array | Float32Array, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, input[i]!);
  return largest;
}

/** Σ exp of a row in Q12.19: 1 or more, as the largest value's own is 1. */
export function sumOfExps(input: Int8Array, start: number, end: number, largest: number, exps: Int32Array): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += roundingDivideByPOT(exps[largest - input[i]!]!, SUM_INTEGER_BITS);
  return sum;
}
