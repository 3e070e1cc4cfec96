// From scores to an alarm that an operator can live with: confirmed, with hysteresis, and not twice for one fault.
import type { AlarmModel } from '../../base/detector_models.js';
import { clamp, INT32_MAX, saturate } from '../../base/fixed_point.js';
import type { Detector, StageC } from './detector.js';

export interface Alarm {
  /** Takes scores one by one. @returns whether there is an alarm */
  start(): (score: number) => boolean;
  c: StageC;
}

interface Fixed {
  raise: number;
  clear: number;
  confirm: number;
  holdOff: number;
}

/** For the first score of a detector. */
export function alarm(model: AlarmModel, { scoreBits }: Pick<Detector, 'scoreBits'>): Alarm {
  const fixed = quantize(model, scoreBits);
  return { start: () => follower(fixed), c: stage(fixed) };
}

function quantize({ raise, clear, confirm, holdOff }: AlarmModel, scoreBits: number): Fixed {
  const inScore = (threshold: number) => saturate(Math.floor(threshold * 2 ** scoreBits));
  const steps = (count: number) => clamp(Math.round(count), 0, INT32_MAX);
  return {
    raise: inScore(raise),
    clear: inScore(clear),
    confirm: Math.max(1, steps(confirm)),
    holdOff: steps(holdOff),
  };
}

function follower({ raise, clear, confirm, holdOff }: Fixed): (score: number) => boolean {
  let active = false;
  let [high, quiet] = [0, 0];
  return (score) => {
    if (active) {
      active = score > clear;
      if (!active) quiet = holdOff;
    } else if (quiet > 0) {
      quiet--;
    } else {
      high = score > raise ? high + 1 : 0;
      active = high === confirm;
      if (active) high = 0;
    }
    return active;
  };
}

function stage({ raise, clear, confirm, holdOff }: Fixed): StageC {
  return {
    kernel: 'tk_alarm',
    params: { raise, clear, confirm, hold_off: holdOff },
    arrays: [],
    state: { type: 'tk_alarm_state', count: 1, elementBytes: 12 },
  };
}
