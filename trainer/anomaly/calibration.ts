// What a detector's first windows on a new machine are to set.
import type { StatisticsCalibration, ThresholdCalibration } from '../../base/detector_models.js';
import { meanOf } from './linear_algebra.js';
import { requireExamples, spreadOf, type Examples } from './detectors/standardize.js';

/** Highest scores that a chip remembers. */
const MOST_RANK = 256;

/**
 * The threshold as a conformal order statistic: of n exchangeable scores the k-th highest is exceeded by a next one with a
 * probability of at most k / (n + 1). Source: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005).
 * @param falseAlarms share of normal windows whose score may be above it; where the windows are too few for it, their
 * highest score is taken
 * @param factor what the threshold is to that score @param clear what ends an alarm, as a share of what raises it
 */
export function thresholdCalibration(
  windows: number,
  falseAlarms: number,
  factor = 1,
  clear = 0.8,
): ThresholdCalibration {
  const rank = Math.min(MOST_RANK, Math.max(1, Math.floor((windows + 1) * falseAlarms)));
  return { kind: 'threshold', windows, rank, factor, clear };
}

/** @param examples features of training @throws KilnError `examples-too-few` */
export function statisticsCalibration(windows: number, examples: Examples): StatisticsCalibration {
  requireExamples(examples, 2);
  const mean = meanOf(examples);
  const spread = spreadOf(examples, mean);
  return { kind: 'statistics', windows, features: Array.from(mean, (m, i) => ({ mean: m, spread: spread[i]! })) };
}
