// Detectors as files, and the recordings that they are given.
import type { AlarmModel, CalibrationModel, DetectorModel } from '../../base/detector_models.js';
import { axisMeans, type DriftInput } from '../../base/drift.js';
import { detectorModel, type DetectorModel as Loaded } from '../../cli/detector_model.js';
import { scoreAll } from '../../converter/detectors/detector.js';
import { detectorWithNetwork } from '../../converter/network_detector.js';
import type { DetectorFile } from '../../trainer/anomaly/detector_schema.js';
import { fitDrift } from '../../trainer/anomaly/drift.js';
import { featureNames, SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';

export interface DetectorProject {
  name: string;
  channels: number;
  detector: DetectorModel;
  alarm: AlarmModel;
  frontEnd?: SensorSpec;
  stride?: number;
  /** What normal windows are: drift is watched against them. */
  normal?: readonly Int16Array[];
  calibration?: CalibrationModel;
}

/** As it is read from its file. */
export function loaded({
  name,
  channels,
  detector,
  alarm,
  frontEnd,
  stride = 1,
  normal,
  ...more
}: DetectorProject): Loaded {
  const names = Array.from({ length: channels }, (_, i) => `axis ${i}`);
  const features = frontEnd ? featureNames(frontEnd) : names;
  const drift =
    normal && fitDrift(watched(normal, channels, detector, frontEnd), { features, axes: frontEnd ? names : [] });
  const file: DetectorFile = {
    ...{ format: 'tinykiln-detector', version: 1, name, stride, features, detector, alarm },
    sensor: { sampleRate: 100, channels: names.map((channel) => ({ name: channel, physical: '', unit: 1, zero: 0 })) },
    ...(frontEnd && { frontEnd: { ...frontEnd, statistics: [...frontEnd.statistics] } as DetectorFile['frontEnd'] }),
    ...(drift && { drift }),
    ...more,
  };
  return detectorModel(Buffer.from(JSON.stringify(file)), `${name}.json`);
}

function watched(
  windows: readonly Int16Array[],
  channels: number,
  model: DetectorModel,
  spec: SensorSpec | undefined,
): DriftInput[] {
  const frontEnd = spec && new SensorFrontEnd(spec);
  const features = windows.map((window) => (frontEnd ? frontEnd.transform(window).slice() : window));
  const detector = detectorWithNetwork(model, features[0]!.length, 'detector');
  const scores = scoreAll(detector, features);
  return features.map((vector, i) => ({
    features: vector,
    score: scores[i * detector.outputs]!,
    means: axisMeans(windows[i]!, channels),
  }));
}
