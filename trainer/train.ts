// Trains a model: checks what it is given, runs the stages and writes the best.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { KilnError } from '../base/errors.js';
import type { TeacherScores } from './batch.js';
import type { BackendName } from './backends/backend.js';
import type { FeatureSet } from './features.js';
import { MODEL_FILE, writeLayersModel } from './models/layers_model.js';
import { buildModel, type ModelSpec } from './models/architectures.js';
import { countMacs } from './models/layers.js';
import { layoutOf } from './models/parameters.js';
import { trainInStages } from './stages.js';
import type { TrainProgress } from './train_run.js';
import { DEFAULT_QUANTIZATION_AWARE, DEFAULT_TRAIN_OPTIONS, type TrainOptions } from './train_options.js';
import type { EpochRecord } from './train_state.js';

export type { ModelSpec } from './models/architectures.js';
export type { TrainOptions } from './train_options.js';
export type { TrainProgress } from './train_run.js';
export type { EpochRecord } from './train_state.js';

export interface TrainRequest {
  features: FeatureSet;
  model: ModelSpec;
  /** What is left out is as in DEFAULT_TRAIN_OPTIONS. */
  options?: Partial<TrainOptions>;
  /** Whose scores are learnt beside the labels. */
  teacher?: TeacherScores;
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
  /** Of the float training, then of the quantization-aware one. */
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
  const { directory } = request;
  const { model, options, backend, workers, trained } = await trainWeights(request);
  const layout = layoutOf(model);
  const { inputQuantization } = options;
  const metadata = { model: request.model, inputQuantization, ...(trained.ranges && { ranges: trained.ranges }) };
  return {
    model: join(directory, MODEL_FILE),
    sha256: writeLayersModel(directory, model, trained.weights, trained.statistics, metadata),
    backend,
    workers,
    parameters: layout.weightCount + layout.statisticCount,
    macs: countMacs(model),
    history: trained.history,
    best: trained.best,
    resumedSteps: trained.resumedSteps,
    examplesPerSecond: trained.examplesPerSecond,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The training itself; only its checkpoints are written. @throws KilnError as `train` */
export async function trainWeights(request: TrainRequest) {
  const { features } = request;
  const options = { ...DEFAULT_TRAIN_OPTIONS, ...request.options };
  checkSplits(features);
  checkOptions(options);
  const model = buildModel(request.model, features.shape, features.labels);
  const { startBackend } = await import('./backends/backend.js');
  const backend = await startBackend(request.backend, request.onNotice ?? (() => {}));
  const workers = workerCount(request.workers, options.shards, backend);
  const trained = await trainInStages({ request, model, options, backend, workers });
  return { model, options, backend, workers, trained };
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
  const { epochs, batch, shards, patience, learningRate, warmup, l2, labelSmoothing, mixup } = options;
  const after = options.quantizationAware || DEFAULT_QUANTIZATION_AWARE;
  const counts = { epochs, batch, shards, patience, 'quantizationAware.epochs': after.epochs };
  const rates = { learningRate, 'quantizationAware.learningRate': after.learningRate };
  const factors = { ...rates, warmup, l2, labelSmoothing, mixup };
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
