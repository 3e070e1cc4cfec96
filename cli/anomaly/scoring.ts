// Scores and alarms of windows by the integers that the chip computes with.
import type { Judged } from '../../trainer/anomaly/evaluate_alarms.js';
import type { Part } from '../../trainer/anomaly/windows.js';
import { follow, type DetectorModel } from '../detector_model.js';
import type { SensorData } from './data.js';

export interface Scored extends Judged {
  part: Part;
}

/** All windows in order; a detector begins anew with each recording. Scores are in their own unit, not in integers. */
export function scoreRecordings(model: DetectorModel, { windows }: Pick<SensorData, 'windows'>): Scored[] {
  const unit = 2 ** model.program.detector.scoreBits;
  let [recording, next] = [-1, follow(model)];
  return windows.map((window) => {
    if (window.recording !== recording) [recording, next] = [window.recording, follow(model)];
    const { scores, alarm } = next(window.samples);
    return { ...pick(window), score: scores[0]! / unit, alarm };
  });
}

function pick({ recording, machine, class: own, part }: SensorData['windows'][number]) {
  return { recording, machine, class: own, part };
}
