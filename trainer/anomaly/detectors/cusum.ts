// CUSUM: small deviations that last add up.
import type { CusumModel } from '../../../base/detector_models.js';
import { meanOf } from '../linear_algebra.js';
import { requireExamples, spreadOf, type Examples } from './standardize.js';

export interface CusumOptions {
  /** Spreads that a deviation may have before it counts: half of the shift that is to be found, mostly 0.5. */
  slack?: number;
  /** Spreads that a sum is limited to, so that it comes down again after a fault. */
  limit?: number;
}

/** @param examples samples of the normal machine @throws KilnError `examples-too-few` */
export function fitCusum(examples: Examples, { slack = 0.5, limit = 100 }: CusumOptions = {}): CusumModel {
  requireExamples(examples, 2);
  const mean = meanOf(examples);
  const spread = spreadOf(examples, mean);
  return { kind: 'cusum', slack, limit, channels: Array.from(mean, (m, i) => ({ mean: m, spread: spread[i]! })) };
}
