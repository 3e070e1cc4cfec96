// The figures of a run that are compared with those of others, by name.
import { z } from 'zod';
import { percent } from './budget.js';
import type { Paths } from './project.js';
import { conversionRecord, quantizationRecord, readRecord, trainingRecord, validationRecord } from './records.js';
import { formatBytes } from './units.js';

export const RUN_METRICS = [
  'valAccuracy',
  'floatAccuracy',
  'accuracy',
  'epochs',
  'parameters',
  'macs',
  'modelBytes',
  'sqnr',
  'arenaBytes',
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
  epochs: { title: 'epochs', better: undefined, show: count },
  parameters: { title: 'parameters', better: 'less', show: count },
  macs: { title: 'MACs', better: 'less', show: count },
  modelBytes: { title: 'model', better: 'less', show: formatBytes },
  sqnr: { title: 'float against int8', better: 'more', show: (value) => `${value.toFixed(1)} dB` },
  arenaBytes: { title: 'arena', better: 'less', show: formatBytes },
  flash: { title: 'flash', better: 'less', show: formatBytes },
  ram: { title: 'RAM', better: 'less', show: formatBytes },
  stack: { title: 'stack, bound', better: 'less', show: formatBytes },
  instructions: { title: 'instructions, emulator', better: 'less', show: count },
  vectorsEqual: { title: 'vectors equal', better: 'more', show: percent },
};

/** What build/run.json says beside what commands have recorded. */
const summary = z.object({
  arenaBytes: z.number(),
  sizes: z.object({ flash: z.number(), ram: z.number() }),
  stack: z.object({ bytes: z.number(), unknown: z.array(z.string()) }),
});

/** Of training alone, or of all that `kiln run` made. */
export function metricsOf(paths: Paths, command: 'train' | 'run'): Partial<Record<RunMetric, number>> {
  const training = readRecord(paths.training, trainingRecord);
  const trained = training && {
    ...{ valAccuracy: training.best.valAccuracy, epochs: training.history.length },
    ...{ parameters: training.parameters, macs: training.macs },
  };
  return command === 'train' ? { ...trained } : { ...trained, ...firmwareMetrics(paths) };
}

function firmwareMetrics(paths: Paths): Partial<Record<RunMetric, number>> {
  const conversion = readRecord(paths.conversion, conversionRecord);
  const sqnr = readRecord(paths.quantization, quantizationRecord)?.sqnr;
  const built = readRecord(paths.summary, summary);
  const proof = readRecord(paths.validation, validationRecord);
  const proven = proof && proof.modelHash === conversion?.sha256.slice(0, 16) ? proof : undefined;
  return {
    ...(conversion && {
      ...{ floatAccuracy: conversion.float.accuracy, accuracy: conversion.int8.accuracy, modelBytes: conversion.bytes },
    }),
    ...(typeof sqnr === 'number' && { sqnr }),
    ...(built && { arenaBytes: built.arenaBytes, ...built.sizes }),
    ...(built && built.stack.unknown.length === 0 && { stack: built.stack.bytes }),
    ...(proven && { vectorsEqual: proven.equal / proven.vectors }),
    ...(proven?.support === 'emulator' && { instructions: proven.ticks.median }),
  };
}

export function metricText(metric: RunMetric, value: number | undefined): string {
  return value === undefined ? '-' : METRIC_KINDS[metric].show(value);
}
