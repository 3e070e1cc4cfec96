// What training and judging a detector leave under build/: for reports, cards and runs.
import { writeAtomic } from '../../base/files.js';
import { constantBytes, memoryBytes } from '../../converter/detectors/program.js';
import { alarmIntervals, evaluateAlarms, type AnomalyEvaluation } from '../../trainer/anomaly/evaluate_alarms.js';
import { rocCurve } from '../../trainer/anomaly/metrics/roc.js';
import type { Part } from '../../trainer/anomaly/windows.js';
import type { DetectorModel } from '../detector_model.js';
import type { AnomalyProject } from '../project.js';
import type { AlarmRecord, FitRecord } from '../records.js';
import type { SensorData } from './data.js';
import { testWindows, type Scored } from './scoring.js';
import { secondsPerWindow, type TrainedDetector } from './training.js';

/** build/fit.json */
export function recordFit({ config, paths }: AnomalyProject, trained: TrainedDetector, data: SensorData): void {
  const { model, threshold, fittedTo, calibratedOn } = trained;
  const { raise, clear } = threshold.alarm;
  const { split } = config.data;
  const record: FitRecord = {
    ...{ detector: model.hash, kind: config.detector.kind, features: data.names.length, seed: config.train.seed },
    ...{ constantBytes: constantBytes(model.program), memoryBytes: memoryBytes(model.program) },
    ...{ fittedTo, calibratedOn, threshold: { method: threshold.method, raise, clear } },
    data: {
      ...{ sha256: data.dataset.hash, source: config.data.source, sampleRate: data.sampleRate },
      split: `by ${split.by}: ${split.train} to fit, ${split.calibration} for the threshold`,
      channels: data.dataset.channels.map(({ name }) => name),
      parts: Object.fromEntries(PARTS.map((part) => [part, countOf(data, part)])),
    },
  };
  writeAtomic(paths.fit, `${JSON.stringify(record, null, 2)}\n`);
}

const PARTS: readonly Part[] = ['train', 'calibration', 'test'];

function countOf({ windows }: SensorData, part: Part): FitRecord['data']['parts'][string] {
  const own = windows.filter((window) => window.part === part);
  const faults = own.filter((window) => window.class > 0).length;
  const different = (key: 'recording' | 'machine') => new Set(own.map((window) => window[key])).size;
  return { recordings: different('recording'), machines: different('machine'), normal: own.length - faults, faults };
}

/** The figures of the test part by the integers that ship; build/evaluation.json is all of them. */
export function recordEvaluation({ paths }: AnomalyProject, model: DetectorModel, data: SensorData): AnomalyEvaluation {
  const windows = testWindows(model, data);
  const seconds = secondsPerWindow(data);
  const evaluation = evaluateAlarms(windows, data.dataset.classes, seconds);
  const intervals = alarmIntervals(windows, data.dataset.classes, seconds);
  const record = {
    ...{ kind: 'alarms', model: model.hash, ...evaluation, intervals },
    machines: Object.fromEntries(
      Object.entries(evaluation.machines).map(([name, ranking]) => {
        return [name, { ...ranking, windows: windows.filter(({ machine }) => machine === name).length }];
      }),
    ),
    ...{ roc: rocOf(windows), courses: coursesOf(windows, model, data) },
  };
  writeAtomic(paths.evaluation, `${JSON.stringify(record, null, 2)}\n`);
  return evaluation;
}

/** Points of a curve that is drawn. */
const MOST_POINTS = 60;

function rocOf(windows: readonly Scored[]): AlarmRecord['roc'] {
  const labels = windows.map((window) => (window.class > 0 ? 1 : 0));
  if (new Set(labels).size < 2) return [];
  const { falsePositiveRate, truePositiveRate } = rocCurve(
    windows.map(({ score }) => score),
    labels,
  );
  const every = Math.ceil(falsePositiveRate.length / MOST_POINTS);
  return falsePositiveRate.flatMap((rate, i) =>
    i % every === 0 || i === falsePositiveRate.length - 1
      ? [{ falsePositiveRate: rate, truePositiveRate: truePositiveRate[i]! }]
      : [],
  );
}

/** Of a recording of each class the first, with its scores. */
function coursesOf(windows: readonly Scored[], { file }: DetectorModel, data: SensorData): AlarmRecord['courses'] {
  const { classes, recordings } = data.dataset;
  return classes.flatMap((name, index) => {
    const first = windows.find((window) => window.class === index)?.recording;
    if (first === undefined) return [];
    const own = windows.filter(({ recording }) => recording === first);
    const { scores, alarms } = thinned(own);
    const seconds = own.length * secondsPerWindow(data);
    return [{ name: recordings[first]!.name, class: name, seconds, raise: file.alarm.raise, scores, alarms }];
  });
}

/** The highest of each stretch: what an alarm is raised by. */
function thinned(windows: readonly Scored[]): Pick<AlarmRecord['courses'][number], 'scores' | 'alarms'> {
  const length = Math.ceil(windows.length / MOST_POINTS);
  const stretches = Array.from({ length: Math.ceil(windows.length / length) }, (_, i) =>
    windows.slice(i * length, (i + 1) * length),
  );
  return {
    scores: stretches.map((stretch) => Math.max(...stretch.map(({ score }) => score))),
    alarms: stretches.map((stretch) => stretch.some(({ alarm }) => alarm)),
  };
}
