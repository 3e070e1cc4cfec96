// A data set's features, as int8 model inputs: extracted on every core, kept on disk, the same bytes for the same inputs.
import { availableParallelism } from 'node:os';
import { KilnError } from '../base/errors.js';
import { sha256 } from '../base/files.js';
import { DEFAULT_AUGMENTATION, type Augmentation } from './augmentation.js';
import { clipShape, type ClipFeatures } from './clip_frontend.js';
import { SPLITS, type Clip, type Dataset, type Split } from './datasets/dataset.js';
import { extract, type ExtractionPlan, type ExtractionTask } from './extract.js';
import { CACHE_HEADER, cacheFile, readCache, writeCache } from './feature_cache.js';
import type { FeatureJob } from './feature_worker.js';
import { checkFrontend } from './frontend/micro_frontend.js';
import { inParallel, runWorker } from './worker_thread.js';

export { DEFAULT_AUGMENTATION, type Augmentation } from './augmentation.js';

/** Raise it when the same inputs would give other features. */
const FEATURES_VERSION = 2;
/** Node reads and writes no larger file at once. */
const MOST_BYTES = 2 ** 31 - 1;
/** Below so many variants a worker's start costs more than it saves. */
const WORTH_WORKERS = 500;

export interface Examples {
  /** n × variants × frames × channels: the variants of a clip lie together, the clean one first. */
  x: Int8Array;
  /** n labels, as indices. */
  y: Uint8Array;
  /** Clips. */
  n: number;
  /** More than 1 in the training split alone. */
  variants: number;
  /** n names; empty where nobody speaks. */
  speakers: string[];
}

export interface FeatureSet {
  labels: string[];
  shape: [frames: number, channels: number];
  /** SHA-256 of everything that decides the features. */
  hash: string;
  splits: Record<Split, Examples>;
}

export interface FeatureOptions {
  frontend: ClipFeatures;
  /** Versions of each training clip; the first is the clean clip. */
  variants: number;
  /** How those differ; what is left out is as in DEFAULT_AUGMENTATION. */
  augment: Partial<Augmentation>;
  seed: number;
  cacheDirectory: string;
  /** Threads; 0 extracts in this one. Left out: as many as there are cores. The result does not depend on it. */
  workers?: number;
  /** In clips. Not called when the features come from the cache. */
  onProgress?: (done: number, total: number) => void;
  onNotice?: (text: string) => void;
}

/**
 * Features of every clip, from the cache where it has them. The arrays share one SharedArrayBuffer, so workers can be given them.
 * @throws KilnError `frontend-invalid`, `features-too-many`, `file-unwritable` or of a clip's file
 */
export async function extractFeatures(dataset: Dataset, options: FeatureOptions): Promise<FeatureSet> {
  const { frontend } = options;
  if (typeof frontend === 'object') checkFrontend(frontend);
  const shape = clipShape(frontend);
  const size = shape[0] * shape[1];
  const layout = layOut(dataset, options, size);
  const hash = hashOf(dataset, options);
  const shared = new SharedArrayBuffer(CACHE_HEADER + layout.total);
  const path = cacheFile(options.cacheDirectory, hash);
  if (!readCache(path, new Uint8Array(shared))) {
    await fill(shared, dataset, layout.tasks, options);
    writeCache(path, new Uint8Array(shared));
  }
  return { labels: dataset.labels, shape, hash, splits: layout.splits(shared) };
}

interface Layout {
  total: number;
  tasks: ExtractionTask[];
  splits: (shared: SharedArrayBuffer) => Record<Split, Examples>;
}

/** Where each clip's features lie: split by split, clip by clip, variant by variant. */
function layOut({ clips, root }: Dataset, { variants }: FeatureOptions, size: number): Layout {
  const tasks: ExtractionTask[] = [];
  let total = 0;
  const parts = SPLITS.map((split) => {
    const own = clips.filter((clip) => clip.split === split);
    const count = split === 'train' ? variants : 1;
    const begin = total;
    for (const clip of own) {
      tasks.push({ clip, variants: count, offset: total });
      total += count * size;
    }
    return { split, own, count, begin, length: total - begin };
  });
  if (total + CACHE_HEADER > MOST_BYTES) throw tooMany(root, total);
  const splits = (shared: SharedArrayBuffer) =>
    Object.fromEntries(
      parts.map(({ split, own, count, begin, length }) => [
        split,
        examplesOf(new Int8Array(shared, CACHE_HEADER + begin, length), own, count),
      ]),
    ) as Record<Split, Examples>;
  return { total, tasks, splits };
}

function examplesOf(x: Int8Array, clips: readonly Clip[], variants: number): Examples {
  return {
    x,
    y: Uint8Array.from(clips, ({ label }) => label),
    n: clips.length,
    variants,
    speakers: clips.map(({ speaker }) => speaker),
  };
}

function tooMany(where: string, bytes: number): KilnError {
  const what = `its features would take ${(bytes / 2 ** 30).toFixed(1)} GiB, and at most 2 fit`;
  return new KilnError('features-too-many', { where, what, todo: 'Lower train.augment.variants, or use fewer clips.' });
}

function hashOf(dataset: Dataset, { frontend, variants, augment, seed }: FeatureOptions): string {
  const varied = variants > 1 ? { augment: { ...DEFAULT_AUGMENTATION, ...augment }, seed } : {};
  return sha256(JSON.stringify({ FEATURES_VERSION, dataset: dataset.hash, frontend, variants, ...varied }));
}

async function fill(
  shared: SharedArrayBuffer,
  dataset: Dataset,
  tasks: readonly ExtractionTask[],
  options: FeatureOptions,
): Promise<void> {
  const { frontend, seed, onProgress } = options;
  const augmentation = { ...DEFAULT_AUGMENTATION, ...options.augment };
  const plan: ExtractionPlan = { root: dataset.root, frontend, noise: dataset.noise, augmentation, seed };
  const jobs = tasks.reduce((sum, { variants }) => sum + variants, 0);
  const workers = options.workers ?? (jobs < WORTH_WORKERS ? 0 : availableParallelism());
  let done = 0;
  const onClip = () => onProgress?.(++done, tasks.length);
  if (options.variants > 1 && augmentation.noise > 0 && dataset.noise.length === 0) {
    options.onNotice?.('The data set has no background noise: training clips are varied without it.');
  }
  if (workers === 0) return extract(plan, tasks, new Int8Array(shared, CACHE_HEADER), onClip);
  const stripes = Array.from({ length: workers }, (_, w) => tasks.filter((_task, i) => i % workers === w));
  const start = (stripe: ExtractionTask[]) => () => {
    const job: FeatureJob = { plan, tasks: stripe, output: shared };
    return runWorker('trainer/feature_worker.js', job, onClip);
  };
  await inParallel(stripes.map(start), workers);
}
