// Scores and alarms of windows by the integers that the chip computes with.
import type { Judged } from '../../trainer/anomaly/evaluate_alarms.js';
import type { Part } from '../../trainer/anomaly/windows.js';
import { axisMeans, type DriftInput } from '../../base/drift.js';
import { Follower, type DetectorModel, type Step } from '../detector_model.js';
import type { SensorData } from './data.js';

export interface Scored extends Judged {
  part: Part;
}

/** All windows in order; a detector begins anew with each recording. Scores are in their own unit, not in integers. */
export function scoreRecordings(model: DetectorModel, data: Pick<SensorData, 'windows'>): Scored[] {
  const unit = 2 ** model.program.detector.scoreBits;
  return stepsOf(model, data).map(({ scores, alarm }, i) => {
    const { recording, machine, class: own, part } = data.windows[i]!;
    return { recording, machine, class: own, part, score: scores[0]! / unit, alarm };
  });
}

/** Those that figures are from. */
export function testWindows(model: DetectorModel, data: Pick<SensorData, 'windows'>): Scored[] {
  return scoreRecordings(model, data).filter(({ part }) => part === 'test');
}

function stepsOf(model: DetectorModel, { windows }: Pick<SensorData, 'windows'>): Step[] {
  let [recording, follower] = [-1, new Follower(model)];
  return windows.map((window) => {
    if (window.recording !== recording) [recording, follower] = [window.recording, new Follower(model)];
    return follower.push(window.samples);
  });
}

/** What the normal windows of the training part give: what drift is measured against. */
export function driftInputs(model: DetectorModel, data: Pick<SensorData, 'windows'>): DriftInput[] {
  const axes = model.file.sensor.channels.length;
  return stepsOf(model, data).flatMap(({ features, scores }, i) => {
    const { part, class: own, samples } = data.windows[i]!;
    if (part !== 'train' || own !== 0) return [];
    return [{ features, score: scores[0]!, means: axisMeans(samples, axes) }];
  });
}
