// An alarm whose threshold the first windows on a new machine set: one of the highest scores, times a factor.
import type { AlarmModel, ThresholdCalibration } from '../../base/detector_models.js';
import { roundShift, saturate } from '../../base/fixed_point.js';
import { alarmFollower, fixedAlarm, type Alarm, type FixedAlarm } from './alarm.js';
import type { Detector, StageC } from './detector.js';

/** Fraction bits of factors. */
const FACTOR_BITS = 8;
/** What is kept: windows so far, the thresholds, and three words of the alarm's. */
const KEPT = { seen: 0, raise: 1, clear: 2, state: 3, words: 6 } as const;

interface Fixed extends FixedAlarm {
  windows: number;
  rank: number;
  factor: number;
  /** Q8 of the threshold that raises. */
  share: number;
}

/** For the first score of a detector. @param model says how scores are confirmed and held off */
export function calibratedAlarm(
  model: AlarmModel,
  { windows, rank, factor, clear }: ThresholdCalibration,
  detector: Pick<Detector, 'scoreBits'>,
): Alarm {
  const inQ8 = (value: number) => Math.round(value * 2 ** FACTOR_BITS);
  const fixed = { ...fixedAlarm(model, detector.scoreBits), windows, rank, factor: inQ8(factor), share: inQ8(clear) };
  return {
    kept: KEPT.words,
    trained: Int32Array.of(windows, fixed.raise, fixed.clear, 0, 0, 0),
    start: (kept: Int32Array = new Int32Array(KEPT.words)) => follower(fixed, kept),
    c: stage(fixed),
  };
}

function follower(fixed: Fixed, kept: Int32Array): (score: number) => boolean {
  const highest: number[] = [];
  return (score) => {
    if (kept[KEPT.seen]! >= fixed.windows) {
      const thresholds = { ...fixed, raise: kept[KEPT.raise]!, clear: kept[KEPT.clear]! };
      return alarmFollower(thresholds, kept.subarray(KEPT.state))(score);
    }
    if (kept[KEPT.seen] === 0) highest.length = 0;
    highest.push(score);
    highest.sort((a, b) => b - a).splice(fixed.rank);
    if (++kept[KEPT.seen]! === fixed.windows) setThresholds(fixed, kept, highest.at(-1)!);
    return false;
  };
}

function setThresholds({ factor, share }: Fixed, kept: Int32Array, score: number): void {
  const raise = saturate(roundShift(score * factor, FACTOR_BITS));
  kept[KEPT.raise] = raise;
  kept[KEPT.clear] = Math.min(raise, saturate(roundShift(raise * share, FACTOR_BITS)));
}

function stage({ windows, rank, factor, share, confirm, holdOff }: Fixed): StageC {
  return {
    kernel: 'tk_calibrated_alarm',
    params: { windows, rank, factor, clear: share, confirm, hold_off: holdOff },
    arrays: [],
    state: { type: 'int32_t', count: rank, elementBytes: 4 },
    kept: KEPT.words,
  };
}
