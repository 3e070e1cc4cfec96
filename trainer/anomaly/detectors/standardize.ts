// Features on one scale while a detector is fitted, and the fitted maps back on the scale of the input.
import { KilnError } from '../../../base/errors.js';
import { meanOf } from '../linear_algebra.js';

/** Normal examples, one row of integer features each. */
export type Examples = readonly ArrayLike<number>[];

/** A spread is at least that of rounding to integers: a feature that never changes has one too. */
export const LEAST_SPREAD = Math.sqrt(1 / 12);

export interface Standard {
  mean: Float64Array;
  spread: Float64Array;
  /** Examples with mean 0 and spread 1. */
  rows: Float64Array[];
}

/** @throws KilnError `examples-too-few` */
export function standardize(examples: Examples, least = 2): Standard {
  requireExamples(examples, least);
  const mean = meanOf(examples);
  const spread = spreadOf(examples, mean);
  const rows = examples.map((example) => mean.map((m, i) => (example[i]! - m) / spread[i]!));
  return { mean, spread, rows };
}

/** Standard deviation of each feature, with the number of examples as divisor. */
export function spreadOf(examples: Examples, mean: ArrayLike<number>): Float64Array {
  return Float64Array.from(mean, (m, i) => {
    const sum = examples.reduce((total, example) => total + (example[i]! - m) ** 2, 0);
    return Math.max(LEAST_SPREAD, Math.sqrt(sum / examples.length));
  });
}

export function requireExamples(examples: Examples, least: number): void {
  if (examples.length >= least) return;
  const what = `${examples.length} normal examples, and at least ${least} are needed`;
  throw new KilnError('examples-too-few', { where: 'training', what, todo: 'Record more of the normal machine.' });
}
