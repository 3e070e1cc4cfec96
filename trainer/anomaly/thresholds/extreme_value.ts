// A threshold beyond what was ever measured: the tail of the normal scores, fitted and followed on.
import { KilnError } from '../../../base/errors.js';
import { quantile } from '../quantile.js';

/** Excesses x > 0 with P(X > x) = (1 + shape × x / scale)^(−1 / shape), and exp(−x / scale) for a shape of 0. */
export interface ParetoTail {
  scale: number;
  shape: number;
}

const FEWEST_EXCESSES = 10;
/** Shapes below this are taken for 0. */
const FLAT = 1e-9;

/**
 * Generalized Pareto distribution by probability-weighted moments (Hosking and Wallis, Technometrics 29, 1987): closed, and
 * steadier than maximum likelihood for small samples.
 * @param excesses above 0, not all the same
 */
export function fitTail(excesses: readonly number[]): ParetoTail {
  const sorted = [...excesses].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, x) => sum + x, 0) / n;
  const weighted = sorted.reduce((sum, x, i) => sum + (x * (n - i - 0.65)) / n, 0) / n;
  const spread = mean - 2 * weighted;
  return { scale: (2 * mean * weighted) / spread, shape: 2 - mean / spread };
}

/** The excess that is exceeded with this probability. */
export function tailQuantile({ scale, shape }: ParetoTail, probability: number): number {
  if (Math.abs(shape) < FLAT) return -scale * Math.log(probability);
  return (scale / shape) * (probability ** -shape - 1);
}

/**
 * Peaks over a threshold (Siffer et al., "Anomaly Detection in Streams with Extreme Value Theory", KDD 2017), by which a rate
 * may be asked for that the recording is too short to measure.
 * @param scores of normal examples that the detector was not fitted on
 * @param alpha rate of false alarms, above 0; at most `tail`
 * @param tail share of the scores that the distribution is fitted to
 * @throws KilnError `scores-too-few`
 */
export function extremeValueThreshold(scores: ArrayLike<number>, alpha: number, tail = 0.05): number {
  const start = quantile(scores, 1 - tail);
  const excesses = Array.from(scores, (score) => score - start).filter((excess) => excess > 0);
  if (new Set(excesses).size < FEWEST_EXCESSES) throw tooFew(excesses.length);
  return start + tailQuantile(fitTail(excesses), Math.min(1, (alpha * scores.length) / excesses.length));
}

function tooFew(count: number): KilnError {
  return new KilnError('scores-too-few', {
    where: 'threshold',
    what: `${count} normal scores are in the tail, and at least ${FEWEST_EXCESSES} that differ are needed`,
    todo: 'Record more of the normal machine.',
  });
}
