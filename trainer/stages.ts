// The stages of a training: in float, then from its best weights in int8's steps if that is wanted. Each has a checkpoint of its own.
import { join } from 'node:path';
import type { ValueRange } from '../base/int8_grid.js';
import { sha256 } from '../base/files.js';
import type { TeacherScores } from './batch.js';
import type { BackendName } from './backends/backend.js';
import type { Model } from './models/layers.js';
import { layoutOf, type ParameterLayout } from './models/parameters.js';
import { quantizedLayoutOf, rangesByLayer } from './models/quantized_network.js';
import { deriveSeed, PURPOSE } from './seeds.js';
import type { TrainRequest } from './train.js';
import type { QuantizationAware, TrainOptions } from './train_options.js';
import { TrainRun } from './train_run.js';
import { TrainState, type EpochRecord } from './train_state.js';

/** Raise it when the same inputs would train other weights. */
const TRAINING_VERSION = 3;
export const CHECKPOINT_FILE = 'checkpoint.bin';
export const QUANTIZED_CHECKPOINT_FILE = 'checkpoint-int8.bin';

export interface Setup {
  request: TrainRequest;
  model: Model;
  options: TrainOptions;
  backend: BackendName;
  workers: number;
}

export interface Trained {
  weights: Float32Array;
  /** Batch normalization's. */
  statistics: Float32Array;
  /** What each layer's output covers, by layer, where training was quantization-aware. */
  ranges: Record<string, ValueRange> | undefined;
  history: EpochRecord[];
  best: EpochRecord;
  resumedSteps: number;
  examplesPerSecond: number;
}

/** One stage, as it differs from the other. */
interface Stage {
  options: TrainOptions;
  layout: ParameterLayout;
  /** Weights to start from; undefined for random ones. */
  start: Float32Array | undefined;
  frozen: Float32Array | undefined;
  epochsBefore: number;
  epochsAfter: number;
  checkpoint: string;
  /** Of everything that decides the weights. */
  fingerprint: string;
}

interface Finished {
  state: TrainState;
  resumedSteps: number;
  examples: number;
  milliseconds: number;
}

export async function trainInStages(setup: Setup): Promise<Trained> {
  const { quantizationAware } = setup.options;
  const float = await runStage(setup, floatStage(setup));
  const { bestWeights: weights, bestStatistics: statistics, best } = float.state;
  if (!quantizationAware) return { weights, statistics, ranges: undefined, best: best!, ...summaryOf([float]) };
  const int8 = await runStage(setup, quantizedStage(setup, float.state, quantizationAware));
  return {
    weights: int8.state.bestWeights,
    statistics,
    ranges: rangesByLayer(setup.model, int8.state.bestStatistics),
    best: int8.state.best!,
    ...summaryOf([float, int8]),
  };
}

function floatStage(setup: Setup): Stage {
  const { model, options, request } = setup;
  return {
    options,
    layout: layoutOf(model),
    start: undefined,
    frozen: undefined,
    epochsBefore: 0,
    epochsAfter: options.quantizationAware ? options.quantizationAware.epochs : 0,
    checkpoint: join(request.directory, CHECKPOINT_FILE),
    fingerprint: fingerprintOf(setup),
  };
}

/**
 * No weight decay: with the statistics frozen, smaller kernels are not made up for, they change what the layer gives. No early end:
 * the steps are few, and the last ones, at the least rate, are the best.
 */
function quantizedStage(setup: Setup, { bestWeights, bestStatistics, progress }: TrainState, aware: QuantizationAware) {
  const { model, options, request } = setup;
  const seed = deriveSeed(options.seed, PURPOSE.quantized);
  return {
    options: { ...options, ...aware, l2: 0, patience: aware.epochs, seed },
    layout: quantizedLayoutOf(model),
    start: bestWeights,
    frozen: bestStatistics,
    epochsBefore: progress.history.length,
    epochsAfter: 0,
    checkpoint: join(request.directory, QUANTIZED_CHECKPOINT_FILE),
    fingerprint: sha256(JSON.stringify([fingerprintOf(setup), sorted(aware)])),
  };
}

async function runStage({ request, model, backend, workers }: Setup, stage: Stage): Promise<Finished> {
  const { features, directory, onProgress, onNotice = () => {}, signal } = request;
  const { layout, options, start, checkpoint, fingerprint } = stage;
  const state = new TrainState(layout, options.seed, start);
  if (state.restore(checkpoint, fingerprint, onNotice)) onNotice(resumeNotice(state, checkpoint));
  const resumedSteps = state.progress.step;
  const save = () => state.save(checkpoint, fingerprint);
  const { teacher } = request;
  const plan = { ...stage, features, model, backend, workers, state, teacher, directory, onProgress, signal, save };
  return { state, resumedSteps, ...(await new TrainRun(plan).finish()) };
}

function summaryOf(stages: readonly Finished[]) {
  const sum = (of: (stage: Finished) => number) => stages.reduce((total, stage) => total + of(stage), 0);
  const seconds = sum(({ milliseconds }) => milliseconds) / 1000;
  return {
    history: stages.flatMap(({ state }) => state.progress.history),
    resumedSteps: sum((stage) => stage.resumedSteps),
    examplesPerSecond: seconds > 0 ? sum(({ examples }) => examples) / seconds : 0,
  };
}

/** Of everything that decides the float weights: what follows them is left out, so that it may be changed without losing them. */
function fingerprintOf({ request, options, backend }: Setup): string {
  const { hash, shape, labels } = request.features;
  const { quantizationAware: _after, ...float } = options;
  const all = [
    TRAINING_VERSION,
    backend,
    hash,
    shape,
    labels,
    sorted(request.model),
    sorted(float),
    teacherHash(request.teacher),
  ];
  return sha256(JSON.stringify(all));
}

function teacherHash(teacher: TeacherScores | undefined): string | null {
  if (!teacher) return null;
  const { logits, ...how } = teacher;
  return sha256(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength)) + JSON.stringify(sorted(how));
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function resumeNotice({ progress }: TrainState, path: string): string {
  return `going on from ${path}: ${progress.history.length} epochs, ${progress.step} steps done`;
}
