// The figures of a run that are compared with those of others, by name.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readBytes, sha256 } from '../base/files.js';
import { percent } from './budget.js';
import type { AnyConfig } from './config.js';
import { isAnomaly, type Paths, type Project } from './project.js';
import {
  conversionRecord,
  fitRecord,
  quantizationRecord,
  readAlarmEvaluation,
  readKeywordEvaluation,
  readRecord,
  trainingRecord,
  validationRecord,
} from './records.js';
import { formatBytes } from './units.js';

export const RUN_METRICS = [
  'valAccuracy',
  'floatAccuracy',
  'accuracy',
  'clipAccuracy',
  'falseRejects',
  'falseAccepts',
  'auc',
  'f1',
  'eventRecall',
  'falseAlarms',
  'epochs',
  'parameters',
  'macs',
  'modelBytes',
  'sqnr',
  'arenaBytes',
  'detectorBytes',
  'flash',
  'ram',
  'stack',
  'instructions',
  'vectorsEqual',
] as const;

export type RunMetric = (typeof RUN_METRICS)[number];

interface MetricKind {
  title: string;
  better: 'more' | 'less' | undefined;
  show: (value: number) => string;
}

const count = (value: number) => value.toLocaleString('en');

export const METRIC_KINDS: Readonly<Record<RunMetric, MetricKind>> = {
  valAccuracy: { title: 'accuracy, validation', better: 'more', show: percent },
  floatAccuracy: { title: 'accuracy, test, float', better: 'more', show: percent },
  accuracy: { title: 'accuracy, test, int8', better: 'more', show: percent },
  clipAccuracy: { title: 'accuracy, from recordings', better: 'more', show: percent },
  falseRejects: { title: 'keywords missed in a stream', better: 'less', show: percent },
  falseAccepts: { title: 'false accepts an hour', better: 'less', show: (value) => value.toFixed(2) },
  auc: { title: 'AUC', better: 'more', show: (value) => value.toFixed(4) },
  f1: { title: 'F1 by window', better: 'more', show: (value) => value.toFixed(4) },
  eventRecall: { title: 'events detected', better: 'more', show: percent },
  falseAlarms: { title: 'false alarms a day', better: 'less', show: (value) => value.toFixed(1) },
  epochs: { title: 'epochs', better: undefined, show: count },
  parameters: { title: 'parameters', better: 'less', show: count },
  macs: { title: 'MACs', better: 'less', show: count },
  modelBytes: { title: 'model', better: 'less', show: formatBytes },
  sqnr: { title: 'float against int8', better: 'more', show: (value) => `${value.toFixed(1)} dB` },
  arenaBytes: { title: 'arena', better: 'less', show: formatBytes },
  detectorBytes: { title: "detector's constants", better: 'less', show: formatBytes },
  flash: { title: 'flash', better: 'less', show: formatBytes },
  ram: { title: 'RAM', better: 'less', show: formatBytes },
  stack: { title: 'stack, bound', better: 'less', show: formatBytes },
  instructions: { title: 'instructions, emulator', better: 'less', show: count },
  vectorsEqual: { title: 'vectors equal', better: 'more', show: percent },
};

/** What build/run.json says beside what commands have recorded. */
const summary = z.object({
  arenaBytes: z.number().optional(),
  sizes: z.object({ flash: z.number(), ram: z.number() }),
  stack: z.object({ bytes: z.number(), unknown: z.array(z.string()) }),
});

type Metrics = Partial<Record<RunMetric, number>>;

export interface Measurements {
  metrics: Metrics;
  /** 95 %, of those that have one. */
  intervals: Partial<Record<RunMetric, [low: number, high: number]>>;
}

/** Of training alone, of judging too, or of all that `kiln run` made. */
export function metricsOf(project: Project<AnyConfig>, command: 'train' | 'evaluate' | 'run'): Measurements {
  const { paths } = project;
  const anomaly = isAnomaly(project);
  const trained = anomaly ? fitMetrics(paths) : trainingMetrics(paths);
  if (command === 'train') return { metrics: trained, intervals: {} };
  const judged = anomaly ? alarmMetrics(paths) : keywordMetrics(paths);
  const made = anomaly ? {} : conversionMetrics(paths);
  const proven = command === 'run' ? firmwareMetrics(paths) : {};
  return { metrics: { ...trained, ...made, ...judged.metrics, ...proven }, intervals: judged.intervals };
}

function trainingMetrics({ training: path }: Paths): Metrics {
  const training = readRecord(path, trainingRecord);
  if (!training) return {};
  const { best, history, parameters, macs } = training;
  return { valAccuracy: best.valAccuracy, epochs: history.length, parameters, macs };
}

function fitMetrics({ fit: path }: Paths): Metrics {
  const fit = readRecord(path, fitRecord);
  return fit ? { detectorBytes: fit.constantBytes } : {};
}

function conversionMetrics(paths: Paths): Metrics {
  const conversion = readRecord(paths.conversion, conversionRecord);
  const sqnr = readRecord(paths.quantization, quantizationRecord)?.sqnr;
  return {
    ...(conversion && {
      ...{ floatAccuracy: conversion.float.accuracy, accuracy: conversion.int8.accuracy, modelBytes: conversion.bytes },
    }),
    ...(typeof sqnr === 'number' && { sqnr }),
  };
}

/** Of the model that is there now. */
function keywordMetrics(paths: Paths): Measurements {
  const found = readKeywordEvaluation(paths.evaluation);
  if (!found || found.model !== hashThere(paths.model)) return { metrics: {}, intervals: {} };
  const { falseRejects, falseAccepts, intervals } = found.chosen.test;
  return {
    metrics: { clipAccuracy: found.clips.accuracy, falseRejects, falseAccepts },
    intervals: { clipAccuracy: found.clips.interval, ...intervals },
  };
}

/** Of the detector that is there now. */
function alarmMetrics(paths: Paths): Measurements {
  const found = readAlarmEvaluation(paths.evaluation);
  if (!found || found.model !== hashThere(paths.detector)) return { metrics: {}, intervals: {} };
  const { ranking, points, events, intervals } = found;
  const known: [RunMetric, number | null | undefined, readonly (number | null)[]][] = [
    ['auc', ranking?.auc, intervals.auc],
    ['f1', points.f1, intervals.f1],
    ['eventRecall', events.recall, intervals.recall],
    ['falseAlarms', events.falseAlarmsPerDay, intervals.falseAlarmsPerDay],
  ];
  const measured = known.filter(([, value]) => typeof value === 'number');
  const sure = measured.filter(([, , bounds]) => bounds.every((bound) => bound !== null));
  return {
    metrics: Object.fromEntries(measured.map(([name, value]) => [name, value])),
    intervals: Object.fromEntries(sure.map(([name, , bounds]) => [name, bounds])),
  };
}

function firmwareMetrics(paths: Paths): Metrics {
  const built = readRecord(paths.summary, summary);
  const proof = readRecord(paths.validation, validationRecord);
  const proven = [paths.model, paths.detector].some((path) => hashThere(path) === proof?.modelHash) ? proof : undefined;
  return {
    ...(built && { ...(built.arenaBytes !== undefined && { arenaBytes: built.arenaBytes }), ...built.sizes }),
    ...(built && built.stack.unknown.length === 0 && { stack: built.stack.bytes }),
    ...(proven && { vectorsEqual: proven.equal / proven.vectors }),
    ...(proven?.support === 'emulator' && { instructions: proven.ticks.median }),
  };
}

/** As a board knows what is there; undefined where nothing is. */
export function hashThere(path: string): string | undefined {
  return existsSync(path) ? sha256(readBytes(path)).slice(0, 16) : undefined;
}

export function metricText(metric: RunMetric, value: number | undefined, interval?: readonly number[]): string {
  if (value === undefined) return '-';
  const { show } = METRIC_KINDS[metric];
  return interval ? `${show(value)} (${interval.map(show).join(' to ')})` : show(value);
}
