// A feature set that a tiny model learns in seconds: each class is a bright patch at its own place, in noise.
import { Random } from '../../base/random.js';
import type { Examples, FeatureSet } from '../../trainer/features.js';
import type { DsCnnSpec } from '../../trainer/models/ds_cnn.js';

export const TINY_MODEL: DsCnnSpec = {
  kind: 'ds-cnn',
  width: 8,
  blocks: 1,
  kernel: [3, 3],
  stride: [2, 2],
  dropout: 0.1,
};

const FRAMES = 12;
const CHANNELS = 8;
const LABELS = ['high', 'middle', 'low'];

export function tinyFeatures(seed = 1, counts = { train: 96, val: 30, test: 30 }): FeatureSet {
  const random = new Random(seed);
  return {
    labels: LABELS,
    shape: [FRAMES, CHANNELS],
    hash: `tiny ${seed}`,
    splits: {
      train: examples(counts.train, 2, random),
      val: examples(counts.val, 1, random),
      test: examples(counts.test, 1, random),
    },
  };
}

function examples(n: number, variants: number, random: Random): Examples {
  const size = FRAMES * CHANNELS;
  const y = Uint8Array.from({ length: n }, (_, i) => i % LABELS.length);
  const x = new Int8Array(n * variants * size);
  for (let row = 0; row < n * variants; row++) {
    const label = y[Math.floor(row / variants)]!;
    for (let i = 0; i < size; i++) {
      const bright = Math.floor((i % CHANNELS) / 3) === label ? 40 : 0;
      x[row * size + i] = Math.max(-128, Math.min(127, bright - 60 + Math.round(20 * random.normal())));
    }
  }
  return { x, y, n, variants, speakers: [] };
}
