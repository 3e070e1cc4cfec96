// The model card of a project, from what its commands have recorded and `card:` of its config.
import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { packageVersion, sha256 } from '../base/files.js';
import { wilson } from '../base/intervals.js';
import { compile } from '../converter/compile.js';
import { loadBoard } from '../firmware-templates/index.js';
import type { Group, Metric, ModelCard } from '../report/card.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import { readModel } from './model.js';
import type { Paths, Project } from './project.js';
import {
  conversionRecord,
  dataRecord,
  readKeywordEvaluation,
  type keywordRecord,
  quantizationRecord,
  readRecord,
  trainingRecord,
  validationRecord,
} from './records.js';

type Conversion = z.output<typeof conversionRecord>;
type Keywords = z.output<typeof keywordRecord>;
type Validated = z.output<typeof validationRecord>;

/** @throws KilnError `model-missing`, and of the files that were recorded */
export function collectCard({ config, paths }: Project, { boards }: Context): ModelCard {
  if (!existsSync(paths.model)) {
    const todo = 'Make it with `kiln run` or `kiln convert`.';
    throw new KilnError('model-missing', { where: paths.model, what: 'there is no model yet', todo });
  }
  const model = readModel(paths.model);
  const hash = sha256(model.bytes);
  const core = loadBoard(config.target.board, boards).kernels;
  const { plan } = compile(model.graph, { name: 'model', tflite: model.bytes, core });
  const found = recordsOf(paths, hash);
  const { training, conversion, evaluation, validation } = found;
  return {
    ...{ format: 'tinykiln-model-card', version: 1, name: config.name, tinykiln: packageVersion() },
    ...saidOf(config.card),
    model: {
      ...{ sha256: hash, bytes: model.bytes.length, kind: config.model.kind },
      ...{ parameters: training?.parameters ?? null, macs: training?.macs ?? null },
      ...{ labels: conversion?.labels ?? [], arenaBytes: plan.arenaBytes },
    },
    training: training ? trainingOf(training, config) : null,
    data: dataOf(paths, config),
    metrics: [...accuracies(conversion, evaluation), ...detection(evaluation)],
    groups: [...byClass(conversion), ...bySpeaker(evaluation)],
    quantization: quantizationOf(conversion, found.layers),
    boards: validation ? [boardOf(validation)] : [],
    limits: limitsOf(config, validation, evaluation),
  };
}

/** Those of this model alone. */
function recordsOf(paths: Paths, hash: string) {
  const short = hash.slice(0, 16);
  const conversion = readRecord(paths.conversion, conversionRecord);
  const layers = readRecord(paths.quantization, quantizationRecord);
  const evaluation = readKeywordEvaluation(paths.evaluation);
  const validation = readRecord(paths.validation, validationRecord);
  const own = layers?.model === short ? layers : undefined;
  const training = readRecord(paths.training, trainingRecord);
  return {
    conversion: conversion?.sha256 === hash ? conversion : undefined,
    training: own && training?.sha256 === own.weights ? training : undefined,
    layers: own,
    evaluation: evaluation?.model === short ? evaluation : undefined,
    validation: validation?.modelHash === short ? validation : undefined,
  };
}

export function saidOf({ intent, notFor, licence, contact }: Config['card']) {
  return { intent: intent ?? null, notFor: notFor ?? null, licence: licence ?? null, contact: contact ?? null };
}

function trainingOf({ history, best }: z.output<typeof trainingRecord>, config: Config): ModelCard['training'] {
  const configSha256 = sha256(JSON.stringify(config));
  return { seed: config.train.seed, epochs: history.length, validationAccuracy: best.valAccuracy, configSha256 };
}

function dataOf(paths: Paths, config: Config): ModelCard['data'] {
  const record = readRecord(paths.data, dataRecord);
  if (!record) return null;
  const splits = Object.entries(record.splits).map(
    ([name, { clips, speakers }]) => [name, { clips, speakers }] as const,
  );
  const { sha256: hash, source, split } = record;
  return { sha256: hash, source, split, splits: Object.fromEntries(splits), licences: config.card.data };
}

/** A bootstrap over speakers where there is one: clips of one speaker are not independent. */
function accuracies(conversion: Conversion | undefined, evaluation: Keywords | undefined): Metric[] {
  if (!conversion) return [];
  const own = (name: string, { accuracy, examples }: Conversion['int8']): Metric => ({
    ...{ name, value: accuracy, unit: 'share', examples },
    ...{ interval: wilson(accuracy * examples, examples), by: "Wilson's, clips taken as independent" },
  });
  const clips = evaluation?.clips;
  const drawn: Metric[] = clips
    ? [
        {
          ...{ name: 'accuracy, int8, from recordings', value: clips.accuracy, unit: 'share' },
          ...{ interval: clips.interval, by: 'bootstrap over speakers', examples: clips.examples },
        },
      ]
    : [];
  return [own('accuracy, float', conversion.float), own('accuracy, int8', conversion.int8), ...drawn];
}

function detection(evaluation: Keywords | undefined): Metric[] {
  if (!evaluation) return [];
  const { falseRejects, falseAccepts, intervals } = evaluation.chosen.test;
  const by = 'bootstrap over words and noises';
  const { keywords } = evaluation.streams.test;
  return [
    {
      ...{ name: 'keywords missed in a stream', value: falseRejects, unit: 'share' },
      ...{ interval: intervals.falseRejects, by, examples: keywords },
    },
    {
      ...{ name: 'false accepts in a stream', value: falseAccepts, unit: 'an hour' },
      ...{ interval: intervals.falseAccepts, by, examples: null },
    },
  ];
}

function byClass(conversion: Conversion | undefined): ModelCard['groups'] {
  if (!conversion) return [];
  const { labels, int8 } = conversion;
  return [
    { kind: 'class', rows: labels.map((label, i) => groupOf(label, int8.confusion[i]![i]!, int8.confusion[i]!)) },
  ];
}

function groupOf(name: string, right: number, row: readonly number[]): Group {
  const examples = row.reduce((sum, n) => sum + n, 0);
  return { name, examples, value: examples === 0 ? 0 : right / examples, interval: wilson(right, examples) };
}

/** Speakers with the fewest right: a card names no more. */
const WORST = 10;

function bySpeaker(evaluation: Keywords | undefined): ModelCard['groups'] {
  const speakers = evaluation?.clips.speakers.filter(({ clips }) => clips > 1) ?? [];
  if (speakers.length === 0) return [];
  const worst = [...speakers].sort((a, b) => a.accuracy - b.accuracy).slice(0, WORST);
  const rows = worst.map(({ speaker, clips, accuracy }) => ({
    ...{ name: speaker, examples: clips, value: accuracy, interval: wilson(accuracy * clips, clips) },
  }));
  return [{ kind: 'speaker', rows }];
}

function quantizationOf(
  conversion: Conversion | undefined,
  layers: z.output<typeof quantizationRecord> | undefined,
): ModelCard['quantization'] {
  if (!conversion) return null;
  const costs = (layers?.layers ?? []).map(({ name, cost }) => ({ name, cost: cost ?? 0 }));
  const dearest = costs.filter(({ cost }) => cost > 0).sort((a, b) => b.cost - a.cost);
  const lost = conversion.float.accuracy - conversion.int8.accuracy;
  return { lost, sqnr: layers?.sqnr ?? null, dearest: dearest.slice(0, 3) };
}

export function boardOf({
  boards,
  support,
  vectors,
  equal,
  compared,
  ticks,
  microseconds,
}: Validated): ModelCard['boards'][number] {
  const latency =
    support === 'emulator'
      ? `${ticks.median.toLocaleString('en')} instructions`
      : `${(microseconds.median / 1000).toFixed(2)} ms`;
  return { names: boards, verified: support, vectors, equal, compared, latency };
}

/** What the user says, and what follows from what was and was not done. */
function limitsOf(config: Config, validation: Validated | undefined, evaluation: Keywords | undefined): string[] {
  return [
    ...config.card.limits,
    ...(config.data.source === 'synthetic' ? ['Trained on synthetic speech: its figures say nothing of people.'] : []),
    ...(validation ? [] : ['No board has been shown to compute what the host computes.']),
    ...(validation?.support === 'emulator' ? ['Run on an emulator alone: time and energy are not known.'] : []),
    ...(evaluation ? [] : ['False accepts in continuous sound were not measured (`kiln evaluate`).']),
  ];
}
