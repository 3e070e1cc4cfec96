// A threshold for so many false alarms a day as an operator can live with.
import { conformalThreshold } from './conformal.js';
import { extremeValueThreshold } from './extreme_value.js';

const SECONDS_PER_DAY = 86_400;

export interface DailyThreshold {
  threshold: number;
  /** Whether the recording is long enough to have the rate in it, or its tail had to be followed on. */
  method: 'conformal' | 'extreme-value';
}

/**
 * Every score above the threshold counts as an alarm: with hold-off, and where high scores come in runs, there will be fewer.
 * @param scores of normal examples that the detector was not fitted on
 * @param secondsPerScore from one score to the next
 * @throws KilnError `scores-too-few`
 */
export function thresholdForFalseAlarms(
  scores: ArrayLike<number>,
  perDay: number,
  secondsPerScore: number,
): DailyThreshold {
  const alpha = Math.min(0.5, (perDay * secondsPerScore) / SECONDS_PER_DAY);
  return (scores.length + 1) * alpha >= 1
    ? { threshold: conformalThreshold(scores, alpha), method: 'conformal' }
    : { threshold: extremeValueThreshold(scores, alpha), method: 'extreme-value' };
}
