// From what a user asks of alarms, and scores of the normal machine, to when there is one.
import type { AlarmModel } from '../../../base/detector_models.js';
import { quantile } from '../quantile.js';
import { conformalThreshold } from './conformal.js';
import { extremeValueThreshold } from './extreme_value.js';
import { thresholdForFalseAlarms } from './false_alarms.js';

export interface ThresholdSpec {
  /** One of: a rate of single scores with a guarantee, the same by the tail's shape, alarms a day, or the score itself. */
  by: { conformal: number } | { extremeValue: number } | { falseAlarmsPerDay: number } | { score: number };
  /** By how much a score must fall to end an alarm, as a share of the way from the threshold to the median. */
  hysteresis: number;
  /** Scores in a row above the threshold that raise an alarm. */
  confirm: number;
  /** Scores after an alarm that are not looked at. */
  holdOff: number;
}

export interface ChosenThreshold {
  alarm: AlarmModel;
  method: 'conformal' | 'extreme-value' | 'given';
}

/**
 * @param scores of normal windows that the detector was not fitted on
 * @param secondsPerScore from one score to the next
 * @throws KilnError `scores-too-few`
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  { by, hysteresis, confirm, holdOff }: ThresholdSpec,
  secondsPerScore: number,
): ChosenThreshold {
  const { threshold: raise, method } = thresholdOf(scores, by, secondsPerScore);
  const middle = scores.length > 0 ? Math.min(raise, quantile(scores, 0.5)) : raise;
  return { method, alarm: { raise, clear: raise - hysteresis * (raise - middle), confirm, holdOff } };
}

function thresholdOf(
  scores: ArrayLike<number>,
  by: ThresholdSpec['by'],
  secondsPerScore: number,
): { threshold: number; method: ChosenThreshold['method'] } {
  if ('conformal' in by) return { threshold: conformalThreshold(scores, by.conformal), method: 'conformal' };
  if ('extremeValue' in by) {
    return { threshold: extremeValueThreshold(scores, by.extremeValue), method: 'extreme-value' };
  }
  if ('score' in by) return { threshold: by.score, method: 'given' };
  return thresholdForFalseAlarms(scores, by.falseAlarmsPerDay, secondsPerScore);
}
