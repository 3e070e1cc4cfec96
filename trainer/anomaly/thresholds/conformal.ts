// A threshold with a guarantee for any distribution: the next normal score is above it with a probability of at most α.
import { KilnError } from '../../../base/errors.js';

/**
 * Split conformal prediction (Vovk, Gammerman and Shafer, 2005): of n scores the ⌈(n + 1)(1 − α)⌉-th from below. The guarantee
 * is over the draw of the recording as well, and holds where the next score is exchangeable with those given: no drift.
 * @param scores of normal examples that the detector was not fitted on
 * @param alpha rate of false alarms, above 0, below 1
 * @throws KilnError `scores-too-few` where n < 1 / α − 1: then no finite threshold has the guarantee
 */
export function conformalThreshold(scores: ArrayLike<number>, alpha: number): number {
  const rank = Math.ceil((scores.length + 1) * (1 - alpha));
  if (rank > scores.length) throw tooFew(scores.length, alpha);
  return Float64Array.from(scores).sort()[Math.max(1, rank) - 1]!;
}

function tooFew(count: number, alpha: number): KilnError {
  const needed = Math.ceil(1 / alpha - 1);
  return new KilnError('scores-too-few', {
    where: 'threshold',
    what: `${count} normal scores, and a rate of ${alpha} needs at least ${needed}`,
    todo: 'Record more of the normal machine, allow more false alarms, or fit the tail (extreme values).',
  });
}
