// What the shards of a training, or of an evaluation, are given: all of it on memory that they share.
import type { TeacherScores } from './batch.js';
import type { BackendName } from './backends/backend.js';
import type { Examples, FeatureSet } from './features.js';
import type { Model } from './models/layers.js';
import type { ParameterLayout } from './models/parameters.js';
import type { ShardContext, ShardJob } from './shard.js';
import type { TrainOptions } from './train_options.js';
import { sharedFloats } from './train_state.js';

export interface ShardSetting {
  features: FeatureSet;
  model: Model;
  options: TrainOptions;
  backend: BackendName;
  layout: ParameterLayout;
  weights: Float32Array;
  statistics: Float32Array;
  frozen: Float32Array | undefined;
  teacher: TeacherScores | undefined;
  /** What `logits` jobs judge. */
  rows: Examples;
}

/** The memory that the shards share. */
export function shardContext(setting: ShardSetting): ShardContext {
  const { features, model, options, backend, weights, statistics, layout, frozen, teacher, rows } = setting;
  const { train } = features.splits;
  const perShard = (length: number) => Array.from({ length: options.shards }, () => sharedFloats(length));
  const batch = Math.min(options.batch, train.n);
  return {
    backend,
    model,
    source: {
      train: { x: shared(train.x), y: train.y, variants: train.variants },
      shape: features.shape,
      classes: model.labels.length,
      quantization: options.inputQuantization,
      smoothing: options.labelSmoothing,
      specAugment: options.specAugment || undefined,
      mixup: options.mixup,
      teacher,
    },
    batch: new Uint32Array(new SharedArrayBuffer(batch * Uint32Array.BYTES_PER_ELEMENT)),
    weights,
    statistics,
    frozen,
    gradients: perShard(layout.weightCount),
    observed: perShard(layout.statisticCount),
    evaluation: { x: shared(rows.x), logits: sharedFloats(rows.n * rows.variants * model.labels.length) },
  };
}

/** The same features on shared memory, without a copy where they are there already. */
function shared(values: Int8Array): Int8Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Int8Array(new SharedArrayBuffer(values.length));
  copy.set(values);
  return copy;
}

/** Examples to a job. */
const CHUNK = 100;

/** Jobs that leave the logits of so many rows in the context's evaluation. */
export function logitsJobs(rows: number): ShardJob[] {
  return Array.from({ length: Math.ceil(rows / CHUNK) }, (_, i) => {
    return { kind: 'logits', first: i * CHUNK, count: Math.min(CHUNK, rows - i * CHUNK) };
  });
}
