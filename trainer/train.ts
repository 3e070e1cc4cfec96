// Trains a model: shuffled batches in shards, Adam, validation after each epoch, checkpoints between; then writes the best.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { KilnError } from '../base/errors.js';
import { sha256 } from '../base/files.js';
import type { BackendName } from './backends/backend.js';
import type { FeatureSet } from './features.js';
import { MODEL_FILE, writeLayersModel } from './models/layers_model.js';
import { dsCnn, type ModelSpec } from './models/ds_cnn.js';
import { countMacs } from './models/layers.js';
import { layoutOf } from './models/parameters.js';
import { TrainRun, type TrainProgress } from './train_run.js';
import { DEFAULT_TRAIN_OPTIONS, type TrainOptions } from './train_options.js';
import { TrainState, type EpochRecord } from './train_state.js';

export type { ModelSpec } from './models/ds_cnn.js';
export type { TrainOptions } from './train_options.js';
export type { TrainProgress } from './train_run.js';
export type { EpochRecord } from './train_state.js';

/** Raise it when the same inputs would train other weights. */
const TRAINING_VERSION = 1;
export const CHECKPOINT_FILE = 'checkpoint.bin';

export interface TrainRequest {
  features: FeatureSet;
  model: ModelSpec;
  /** What is left out is as in DEFAULT_TRAIN_OPTIONS. */
  options?: Partial<TrainOptions>;
  /** Takes model.json, weights.bin and the checkpoint. */
  directory: string;
  /** Threads, at most one to a shard; left out: one to a core. The result does not depend on it. */
  workers?: number;
  /** Left out: the fastest that starts. */
  backend?: BackendName;
  onProgress?: (progress: TrainProgress) => void;
  onNotice?: (text: string) => void;
  /** Ends training after the step under way, with a checkpoint. */
  signal?: AbortSignal;
}

export interface TrainResult {
  /** The path of model.json. */
  model: string;
  /** Hex SHA-256 of weights.bin. */
  sha256: string;
  backend: BackendName;
  workers: number;
  parameters: number;
  /** Multiply-accumulates of one inference. */
  macs: number;
  history: EpochRecord[];
  /** The epoch whose weights were written. */
  best: EpochRecord;
  /** Steps that an earlier, interrupted call had done. */
  resumedSteps: number;
  /** Of this call, without start-up and validation. */
  examplesPerSecond: number;
  seconds: number;
}

/**
 * Trains, or goes on where an interrupted call with the same settings and data stopped: the weights are the same bytes either way.
 * @throws KilnError `split-empty`, `option-invalid`, `backend-unavailable`, `training-diverged`, `training-stopped`, `file-unwritable`
 */
export async function train(request: TrainRequest): Promise<TrainResult> {
  const started = performance.now();
  const { features, directory, onProgress, onNotice = () => {}, signal } = request;
  const options = { ...DEFAULT_TRAIN_OPTIONS, ...request.options };
  checkSplits(features);
  checkOptions(options);
  const model = dsCnn(request.model, features.shape, features.labels);
  const { startBackend } = await import('./backends/backend.js');
  const backend = await startBackend(request.backend, onNotice);
  const workers = workerCount(request.workers, options.shards, backend);
  const layout = layoutOf(model);
  const state = new TrainState(layout, options.seed);
  const checkpoint = join(directory, CHECKPOINT_FILE);
  const fingerprint = fingerprintOf(request.model, options, features, backend);
  if (state.restore(checkpoint, fingerprint, onNotice)) onNotice(resumeNotice(state, checkpoint));
  const resumedSteps = state.progress.step;
  const save = () => state.save(checkpoint, fingerprint);
  const plan = { features, model, options, backend, workers, state, layout, directory, onProgress, signal, save };
  const examplesPerSecond = await new TrainRun(plan).finish();
  const metadata = { model: request.model, inputQuantization: options.inputQuantization };
  return {
    model: join(directory, MODEL_FILE),
    sha256: writeLayersModel(directory, model, state.bestWeights, state.bestStatistics, metadata),
    backend,
    workers,
    parameters: layout.weightCount + layout.statisticCount,
    macs: countMacs(model),
    history: state.progress.history,
    best: state.best!,
    resumedSteps,
    examplesPerSecond,
    seconds: (performance.now() - started) / 1000,
  };
}

function checkSplits({ splits }: FeatureSet): void {
  for (const split of ['train', 'val'] as const) {
    if (splits[split].n > 0) continue;
    throw new KilnError('split-empty', {
      where: `the ${split} split`,
      what: 'it has no examples',
      todo: 'Add recordings, or check how the data set is split.',
    });
  }
}

/** kiln.yaml is checked before; this is for those who call the library. */
function checkOptions(options: TrainOptions): void {
  const { epochs, batch, shards, patience, learningRate, warmup, l2, labelSmoothing } = options;
  const counts = { epochs, batch, shards, patience };
  const factors = { learningRate, warmup, l2, labelSmoothing };
  const wrong =
    Object.entries(counts).find(([, value]) => !Number.isInteger(value) || value < 1) ??
    Object.entries(factors).find(([, value]) => !Number.isFinite(value) || value < 0);
  if (!wrong) return;
  throw new KilnError('option-invalid', {
    where: `the training option ${wrong[0]}`,
    what: `its value is ${wrong[1]}`,
    todo: `Give ${wrong[0] in counts ? 'a whole number from 1' : 'a number from 0'}.`,
  });
}

/** tfjs-node computes on all cores by itself, and its library is loaded once to a process. */
function workerCount(wanted: number | undefined, shards: number, backend: BackendName): number {
  return backend === 'tfjs-node' ? 1 : Math.max(1, Math.min(shards, wanted ?? availableParallelism()));
}

/** Of everything that decides the weights. */
function fingerprintOf(spec: ModelSpec, options: TrainOptions, features: FeatureSet, backend: BackendName): string {
  const { hash, shape, labels } = features;
  return sha256(JSON.stringify([TRAINING_VERSION, backend, hash, shape, labels, sorted(spec), sorted(options)]));
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function resumeNotice({ progress }: TrainState, path: string): string {
  return `going on from ${path}: ${progress.history.length} epochs, ${progress.step} steps done`;
}
