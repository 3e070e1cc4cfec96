// From scores to an alarm that an operator can live with: confirmed, with hysteresis, and not twice for one fault.
import type { AlarmModel } from '../../base/detector_models.js';
import { clamp, INT32_MAX, saturate } from '../../base/fixed_point.js';
import type { Detector, StageC } from './detector.js';

export interface Alarm {
  /**
   * Takes scores one by one.
   * @param kept of a calibrated one: is read and written; zeros begin anew
   * @returns whether there is an alarm
   */
  start(kept?: Int32Array): (score: number) => boolean;
  /** Of a calibrated one: how many words it keeps, and those that training gives. */
  kept?: number;
  trained?: Int32Array;
  c: StageC;
}

export interface FixedAlarm {
  raise: number;
  clear: number;
  confirm: number;
  holdOff: number;
}

/** For the first score of a detector. */
export function alarm(model: AlarmModel, { scoreBits }: Pick<Detector, 'scoreBits'>): Alarm {
  const fixed = fixedAlarm(model, scoreBits);
  return { start: () => alarmFollower(fixed), c: stage(fixed) };
}

export function fixedAlarm({ raise, clear, confirm, holdOff }: AlarmModel, scoreBits: number): FixedAlarm {
  const inScore = (threshold: number) => saturate(Math.floor(threshold * 2 ** scoreBits));
  const steps = (count: number) => clamp(Math.round(count), 0, INT32_MAX);
  return {
    raise: inScore(raise),
    clear: inScore(clear),
    confirm: Math.max(1, steps(confirm)),
    holdOff: steps(holdOff),
  };
}

/** Whether there is an alarm, high scores in a row, and scores that are still to be left out. */
const [ACTIVE, HIGH, QUIET] = [0, 1, 2];

/** @param state three words, which begin as zeros */
export function alarmFollower(
  { raise, clear, confirm, holdOff }: FixedAlarm,
  state: Int32Array = new Int32Array(3),
): (score: number) => boolean {
  return (score) => {
    if (state[ACTIVE] !== 0) {
      state[ACTIVE] = score > clear ? 1 : 0;
      if (state[ACTIVE] === 0) state[QUIET] = holdOff;
    } else if (state[QUIET]! > 0) {
      state[QUIET]!--;
    } else {
      state[HIGH] = score > raise ? state[HIGH]! + 1 : 0;
      state[ACTIVE] = state[HIGH] === confirm ? 1 : 0;
      if (state[ACTIVE] !== 0) state[HIGH] = 0;
    }
    return state[ACTIVE] !== 0;
  };
}

function stage({ raise, clear, confirm, holdOff }: FixedAlarm): StageC {
  return {
    kernel: 'tk_alarm',
    params: { raise, clear, confirm, hold_off: holdOff },
    arrays: [],
    state: { type: 'tk_alarm_state', count: 1, elementBytes: 12 },
  };
}
