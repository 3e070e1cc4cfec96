// A detector from normal windows: fitted, made integer, and given a threshold; build/detector.json is all of it.
import type { DetectorModel as Fitted, DriftModel } from '../../base/detector_models.js';
import { KilnError } from '../../base/errors.js';
import { writeAtomic } from '../../base/files.js';
import type { DetectorFile } from '../../trainer/anomaly/detector_schema.js';
import { fitDrift } from '../../trainer/anomaly/drift.js';
import { isNetwork, learnsFaults, type DetectorSpec } from '../../trainer/anomaly/detector_spec.js';
import { fitDetector } from '../../trainer/anomaly/fit_detector.js';
import { chooseThreshold, type ChosenThreshold, type ThresholdSpec } from '../../trainer/anomaly/thresholds/choose.js';
import { constantBytes, memoryBytes } from '../../converter/detectors/program.js';
import type { Context } from '../context.js';
import { detectorModel, type DetectorModel } from '../detector_model.js';
import type { AnomalyProject } from '../project.js';
import { formatBytes } from '../units.js';
import type { AnomalyConfig } from './config.js';
import type { SensorData } from './data.js';
import { spread } from '../conversion.js';
import { fitNetwork } from './network_fit.js';
import { recordFit } from './records.js';
import { driftInputs, scoreRecordings } from './scoring.js';

export interface TrainedDetector {
  model: DetectorModel;
  threshold: ChosenThreshold;
  /** Normal windows that it was fitted to, and whose scores set the threshold. */
  fittedTo: number;
  calibratedOn: number;
}

/** Before there is a threshold: never an alarm. */
const SILENT = { raise: 2 ** 22, clear: 2 ** 22, confirm: 1, holdOff: 0 };

/** @throws KilnError `examples-too-few`, `labels-missing`, `scores-too-few`, `detector-invalid` */
export async function trainDetector(
  config: AnomalyConfig,
  spec: DetectorSpec,
  data: SensorData,
  path: string,
): Promise<TrainedDetector> {
  const { fitted, count } = await fit(spec, data, config.train.seed);
  const file = { ...fileOf(config, data), detector: fitted };
  const raw = modelOf({ ...file, alarm: SILENT }, path);
  const scores = scoreRecordings(raw, data)
    .filter((window) => window.part === 'calibration' && window.class === 0)
    .map(({ score }) => score);
  const threshold = chooseThreshold(scores, thresholdSpec(config), secondsPerWindow(data));
  const drift = config.drift ? driftOf(raw, data) : undefined;
  const model = modelOf({ ...file, alarm: threshold.alarm, ...(drift && { drift }) }, path);
  return { model, threshold, fittedTo: count, calibratedOn: scores.length };
}

async function fit(spec: DetectorSpec, data: SensorData, seed: number): Promise<{ fitted: Fitted; count: number }> {
  const used = data.windows.flatMap((window, i) =>
    window.part === 'train' && (window.class === 0 || learnsFaults(spec)) ? [i] : [],
  );
  const training = {
    rows: used.map((i) => data.rows[i]!),
    classes: used.map((i) => data.windows[i]!.class),
    classCount: data.dataset.classes.length,
    names: data.names,
    features: data.frontEnd !== undefined,
  };
  const fitted = isNetwork(spec) ? await fitNetwork(spec, training, data, seed) : fitDetector(spec, training, seed);
  return { fitted, count: used.length };
}

/** Windows that drift needs for a reference at least. */
const FEWEST_FOR_DRIFT = 64;

function driftOf(model: DetectorModel, data: SensorData): DriftModel | undefined {
  const inputs = driftInputs(model, data);
  if (inputs.length < FEWEST_FOR_DRIFT) return undefined;
  const axes = data.frontEnd ? data.dataset.channels.map(({ name }) => name) : [];
  return fitDrift(inputs, { features: data.names, axes });
}

function fileOf({ name }: AnomalyConfig, data: SensorData): Omit<DetectorFile, 'detector' | 'alarm'> {
  const { dataset, scales, sampleRate, frontEnd, stride, names } = data;
  return {
    format: 'tinykiln-detector',
    version: 1,
    name,
    sensor: { sampleRate, channels: dataset.channels.map((channel, i) => ({ ...channel, ...scales[i]! })) },
    ...(frontEnd && { frontEnd: { ...frontEnd, statistics: [...frontEnd.statistics], ...bandsOf(frontEnd) } }),
    stride,
    features: names,
  };
}

/** As JSON has them: arrays that may be changed. */
function bandsOf({ bands }: NonNullable<SensorData['frontEnd']>) {
  return { bands: bands && { fftSize: bands.fftSize, edges: [...bands.edges] } };
}

function modelOf(file: DetectorFile, path: string): DetectorModel {
  return detectorModel(Buffer.from(`${JSON.stringify(file, null, 2)}\n`), path);
}

export function secondsPerWindow({ stride, sampleRate }: Pick<SensorData, 'stride' | 'sampleRate'>): number {
  return stride / sampleRate;
}

function thresholdSpec({ threshold }: AnomalyConfig): ThresholdSpec {
  const { hysteresis, confirm, holdOff, conformal, extremeValue, falseAlarmsPerDay, score } = threshold;
  const common = { hysteresis, confirm, holdOff };
  if (conformal !== undefined) return { by: { conformal }, ...common };
  if (extremeValue !== undefined) return { by: { extremeValue }, ...common };
  return falseAlarmsPerDay !== undefined
    ? { by: { falseAlarmsPerDay }, ...common }
    : { by: { score: score! }, ...common };
}

/** Trains what the config asks for, and writes it. */
export async function trainProjectDetector(
  project: AnomalyProject,
  data: SensorData,
  { reporter }: Context,
): Promise<TrainedDetector> {
  const { config, paths } = project;
  const trained = await trainDetector(config, config.detector, data, paths.detector);
  const { model, threshold, fittedTo, calibratedOn } = trained;
  writeAtomic(paths.detector, model.bytes);
  recordFit(project, trained, data);
  reporter.line(
    `${config.detector.kind} of ${fittedTo} windows: constants ${formatBytes(constantBytes(model.program))}, ` +
      `memory ${formatBytes(memoryBytes(model.program))}, detector ${model.hash}`,
  );
  const { raise, clear } = threshold.alarm;
  reporter.line(
    `alarm above ${raise.toPrecision(4)} until not above ${clear.toPrecision(4)} ` +
      `(${threshold.method}, ${calibratedOn} normal windows)`,
  );
  return trained;
}

/** Test windows for the board, as bytes: normal ones, then faults, spread over all there are. @throws KilnError `windows-none` */
export function vectorsOf({ windows }: SensorData, count: number): Int8Array[] {
  const test = windows.filter(({ part }) => part === 'test');
  if (test.length === 0) {
    const what = 'the test part has no window';
    const todo = 'Record more, or give data.split a smaller part for training.';
    throw new KilnError('windows-none', { where: 'data.split', what, todo });
  }
  const normal = test.filter((window) => window.class === 0);
  const faults = test.filter((window) => window.class > 0);
  const half = faults.length === 0 ? count : Math.ceil(count / 2);
  return [...spread(normal, half), ...spread(faults, count - half)].map(({ samples }) => new Int8Array(samples.buffer));
}
