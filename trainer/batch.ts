// The examples of a shard as it trains: features varied, some mixed with each other, with what their scores should be.
import type { Random } from '../base/random.js';
import { softmax, targetsOf, type Targets } from './loss.js';
import { augment, dequantize, type InputQuantization, type SpecAugment } from './spec_augment.js';

/** What a teacher says of every row of the training features. */
export interface TeacherScores {
  /** Logits, [rows × classes]. */
  logits: Float32Array;
  temperature: number;
  /** Share of the loss, 0 … 1. */
  weight: number;
}

export interface BatchSource {
  /** Features, row after row; `variants` rows in a row belong to one label. */
  train: { x: Int8Array; y: Uint8Array; variants: number };
  shape: readonly [frames: number, channels: number];
  classes: number;
  quantization: InputQuantization;
  smoothing: number;
  specAugment: SpecAugment | undefined;
  /** Share of the examples that are mixed with another one (Zhang et al., "mixup", 2018). */
  mixup: number;
  teacher: TeacherScores | undefined;
}

export interface Batch {
  /** [rows × frames × channels]. */
  values: Float32Array;
  labels: Targets;
  /** What a teacher wants, and its share of the loss. */
  teacher: { targets: Targets; weight: number } | undefined;
}

export function drawBatch(source: BatchSource, rows: Uint32Array, random: Random): Batch {
  const { train, classes, smoothing, mixup } = source;
  const values = drawFeatures(source, rows, random);
  const y = Uint8Array.from(rows, (row) => train.y[Math.floor(row / train.variants)]!);
  const labels = targetsOf(y, classes, smoothing);
  const teacher = source.teacher && {
    targets: teacherTargets(source.teacher, classes, rows),
    weight: source.teacher.weight,
  };
  const mixed = [values, labels.scores, ...(teacher ? [teacher.targets.scores] : [])];
  if (mixup > 0) mix(mixed, rows.length, mixup, random);
  return { values, labels, teacher };
}

function drawFeatures({ train, shape, quantization, specAugment }: BatchSource, rows: Uint32Array, random: Random) {
  const size = shape[0] * shape[1];
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    const example = train.x.subarray(row * size, (row + 1) * size);
    const out = values.subarray(i * size, (i + 1) * size);
    if (specAugment) augment(example, shape, quantization, specAugment, random, out);
    else dequantize(example, quantization, out);
  });
  return values;
}

function teacherTargets({ logits, temperature }: TeacherScores, classes: number, rows: Uint32Array): Targets {
  const scores = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => softmax(logits, row * classes, classes, scores.subarray(i * classes), temperature));
  return { scores, classes, temperature };
}

/** Mixes a share of the examples with a random other one, which keeps the smaller part; the same in every array. */
function mix(arrays: readonly Float32Array[], count: number, share: number, random: Random): void {
  const originals = arrays.map((values) => values.slice());
  for (let i = 0; i < count; i++) {
    const chosen = random.uniform() < share;
    const other = random.integer(count);
    const part = 0.5 * random.uniform();
    if (!chosen) continue;
    arrays.forEach((values, a) => {
      const size = values.length / count;
      const original = originals[a]!;
      for (let k = 0; k < size; k++) {
        const own = original[i * size + k]!;
        values[i * size + k] = own + part * (original[other * size + k]! - own);
      }
    });
  }
}
