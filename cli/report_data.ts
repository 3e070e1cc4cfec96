// A project's report from what its commands have left: whatever is there of the model that is there now.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { packageVersion } from '../base/files.js';
import { compile, modelHash } from '../converter/compile.js';
import type { Graph } from '../converter/graph/graph.js';
import type { MemoryPlan } from '../converter/memory/plan.js';
import { firmwarePath } from '../device/build.js';
import { sizeReport } from '../device/size/size_report.js';
import { loadBenchTarget, loadBoard, readProject, type BenchTarget, type Board } from '../firmware-templates/index.js';
import type { Report } from '../report/page.js';
import { bench } from './benching.js';
import { randomInputs } from './board.js';
import { percent } from './budget.js';
import type { Context } from './context.js';
import { readModel, type Model } from './model.js';
import { hasConfig, loadFirmwareConfig, type FirmwareConfig } from './config.js';
import { pathsOf, type Paths } from './project.js';
import {
  conversionRecord,
  driftRecord,
  readKeywordEvaluation,
  type keywordRecord,
  quantizationRecord,
  readRecord,
  trainingRecord,
  validationRecord,
} from './records.js';
import { formatBytes } from './units.js';

export interface ReportOptions {
  /** Rows against the budget where the caller has measured them. */
  figures?: Report['figures'];
  /** Count the instructions of each layer in the emulator, where there is one. */
  count: boolean;
}

/** @throws KilnError `report-empty`, of the config, the model and what was recorded */
export async function collectReport(context: Context, { figures, count }: ReportOptions): Promise<Report> {
  const { project, boards } = context;
  const paths = pathsOf(project);
  const config = loadFirmwareConfig(project);
  if (config.task === 'anomaly')
    return (await import('./anomaly/report.js')).collectDetectorReport(config, context, { figures, count });
  const model = existsSync(paths.model) ? readModel(paths.model) : undefined;
  const hash = model && modelHash(model.bytes);
  const built = hasConfig(project) ? undefined : boardBuiltFor(paths);
  const board = loadBoard(built ?? config.target.board, boards);
  const firmware = await flashOf(paths, config.size);
  const recorded = recordedOf(paths, hash);
  if (recorded.stale) context.reporter.notice('the curves are of a later training than the model: `kiln convert`');
  requireSomething({ model, firmware, training: recorded.training }, project);
  return {
    name: config.name ?? 'model',
    board: board.name,
    verified: recorded.support ?? 'not yet',
    version: packageVersion(),
    model: hash,
    ...recorded.sections,
    figures: figures ?? plainFigures(recorded.conversion, firmware),
    training: recorded.training?.history,
    memory: model && memoryOf(compile(model.graph, { name: 'model', tflite: model.bytes, core: board.kernels })),
    flash: firmware,
    instructions: model && count ? instructionsOf(model, board, context) : undefined,
  };
}

export function boardBuiltFor({ firmware }: Paths): string | undefined {
  return existsSync(firmwarePath(firmware)) ? readProject(firmware).board : undefined;
}

export function requireSomething(found: Record<string, unknown>, project: string): void {
  if (Object.values(found).some((one) => one !== undefined)) return;
  const what = 'nothing was trained, converted or built here';
  throw new KilnError('report-empty', { where: join(project, 'build'), what, todo: 'Start with `kiln run`.' });
}

type Conversion = z.output<typeof conversionRecord>;

/** What was recorded of another model than the one that is there is left out. */
function recordedOf(paths: Paths, model: string | undefined) {
  const own = <T>(record: T | undefined, hash: string | undefined) => (hash === model ? record : undefined);
  const converted = readRecord(paths.conversion, conversionRecord);
  const conversion = own(converted, converted?.sha256.slice(0, 16));
  const layers = readRecord(paths.quantization, quantizationRecord);
  const training = readRecord(paths.training, trainingRecord);
  const evaluation = readKeywordEvaluation(paths.evaluation);
  const receipt = readRecord(paths.validation, validationRecord);
  const validated = own(receipt, receipt?.modelHash);
  const drift = readRecord(paths.drift, driftRecord);
  return {
    conversion,
    training,
    stale: training !== undefined && layers !== undefined && training.sha256 !== layers.weights,
    support: validated?.support,
    sections: {
      confusion: conversion && { labels: conversion.labels, counts: conversion.int8.confusion },
      quantization: quantizationOf(own(layers, layers?.model)),
      det: detOf(own(evaluation, evaluation?.model)),
      validation: validated && validationOf(validated),
      drift: drift && driftOf(drift),
    },
  };
}

/** JSON has no infinity: where nothing was lost, null stands for it. */
function quantizationOf(record: z.output<typeof quantizationRecord> | undefined): Report['quantization'] {
  if (!record) return undefined;
  const layers = record.layers.map(({ name, opcode, sqnr, ownSqnr, cost }) => ({
    ...{ name, opcode, sqnr: sqnr ?? Infinity, ownSqnr: ownSqnr ?? Infinity, cost: cost ?? 0 },
  }));
  return { inputs: record.inputs, sqnr: record.sqnr ?? Infinity, layers };
}

function detOf(record: z.output<typeof keywordRecord> | undefined): Report['det'] {
  if (!record) return undefined;
  const { test } = record.streams;
  return {
    heard: `${(test.seconds / 60).toFixed(1)} min of held-out words in noise and silence, ${test.keywords} keywords`,
    points: test.points.map(({ threshold, ...rates }) => ({ threshold: threshold / 256, ...rates })),
    chosen: record.chosen.test,
  };
}

export function validationOf(record: z.output<typeof validationRecord>): Report['validation'] {
  const { support, boards, info, stack, arena, ticks, microseconds } = record;
  const virtual = support === 'emulator';
  const latency = virtual
    ? `${ticks.median.toLocaleString('en')} instructions`
    : `${(microseconds.median / 1000).toFixed(2)} ms`;
  const use = ({ used, reserved }: { used: number; reserved: number }) =>
    `${formatBytes(used)} of ${formatBytes(reserved)}`;
  return {
    vectors: record.vectors,
    equal: record.equal,
    facts: [
      ['on', virtual ? 'emulator' : 'a board'],
      ...(boards.length > 0 ? [['board', boards.join(' or ')] as [string, string]] : []),
      ['compared', record.compared],
      ...(info ? [['firmware', `build ${info.build}, ${info.runtime} runtime`] as [string, string]] : []),
      ['one inference, median', latency],
      ...(stack ? [['stack', use(stack)] as [string, string]] : []),
      ...(arena ? [['arena', use(arena)] as [string, string]] : []),
      ['model', record.modelHash],
      ['vectors, SHA-256', record.vectorsSha256.slice(0, 16)],
      ['tinykiln', record.tinykiln],
    ],
  };
}

export function driftOf({ windows, drift, quantities }: z.output<typeof driftRecord>): Report['drift'] {
  return {
    windows,
    drift,
    quantities: quantities.map(({ name, limits, moved, ...figures }) => ({
      name,
      moved: moved.length > 0,
      figures: Object.entries(limits).map(([kind, limit]) => ({ kind, limit, value: Number(figures[kind] ?? 0) })),
    })),
  };
}

export function memoryOf({ graph, plan }: { graph: Graph; plan: MemoryPlan }): NonNullable<Report['memory']> {
  const { tensors, ops } = graph;
  return {
    arenaBytes: plan.arenaBytes,
    layers: ops.map(({ name }) => shortName(name)),
    allocations: plan.allocations.map(({ tensors: [first], offset, bytes, firstOp, lastOp }) => {
      const owner = first === undefined ? `scratch of ${ops[firstOp]!.name}` : tensors[first]!.name;
      return { name: shortName(owner), offset, bytes, firstOp, lastOp };
    }),
  };
}

/** TensorFlow's names are paths, of several tensors where layers were fused. */
function shortName(name: string): string {
  return name.split(';')[0]!.split('/').slice(-2).join('/');
}

/** @throws KilnError of the ELF file; undefined where there is none */
export async function flashOf({ firmware }: Paths, { parts: own }: FirmwareConfig['size']): Promise<Report['flash']> {
  const elf = firmwarePath(firmware);
  if (!existsSync(elf)) return undefined;
  const { flash, parts, symbols } = await sizeReport(elf, { parts: own });
  const bytesOf = ({ name, flash: bytes }: { name: string; flash: number }) => ({ name, bytes });
  return {
    bytes: flash,
    parts: parts
      .filter((part) => part.flash > 0)
      .map((part) => ({
        ...bytesOf(part),
        symbols: symbols.filter((one) => one.part === part.name && one.flash > 0).map(bytesOf),
      })),
  };
}

/** Of one inference on the board's core; undefined, with a notice, where nothing here can count them. */
function instructionsOf(model: Model, board: Board, context: Context): Report['instructions'] {
  return countedOn(board, context, (target) => {
    const { instructions, layers } = bench(model, target, randomInputs(1, model.inputSize));
    const named = layers.map((one) => ({ ...one, name: shortName(one.name) }));
    return { total: instructions, layers: named };
  });
}

/** What is counted on the board's core; undefined, with a notice, where nothing here can count. */
export function countedOn(
  { core }: Board,
  { reporter }: Context,
  count: (target: BenchTarget) => Omit<NonNullable<Report['instructions']>, 'board'>,
): Report['instructions'] {
  try {
    const target = loadBenchTarget(`virtual-${core.replace(/f$/, '')}`);
    return { board: target.name, ...count(target) };
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    reporter.notice(`instructions are not counted: ${error.message}`);
    return undefined;
  }
}

function plainFigures(conversion: Conversion | undefined, firmware: Report['flash']): Report['figures'] {
  const row = (name: string, measured: string) => ({ name, measured, budget: '-', verdict: '' });
  return [
    ...(conversion ? [row('accuracy (float)', percent(conversion.float.accuracy))] : []),
    ...(conversion ? [row('accuracy (int8)', percent(conversion.int8.accuracy))] : []),
    ...(firmware ? [row('flash', formatBytes(firmware.bytes))] : []),
  ];
}
