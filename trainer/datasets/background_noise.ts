// Long recordings of noise: cut into `_silence_` clips, and lent to training clips as background.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { readBytes } from '../../base/files.js';
import { Random } from '../../base/random.js';
import type { Entry } from './assemble.js';
import { SILENCE, type NoiseStretch } from './dataset.js';
import { SPLITS, type Split } from './split.js';
import { wavHeader } from './wav.js';

const FOLDER = '_background_noise_';
/** Each recording is divided in time, so that no second of it is heard in two splits. */
const REGIONS: Readonly<Record<Split, readonly [from: number, to: number]>> = {
  train: [0, 0.8],
  val: [0.8, 0.9],
  test: [0.9, 1],
};

interface NoiseRecording {
  path: string;
  samples: number;
  sampleRate: number;
}

/** The recordings of a data set's noise folder; none where it has no such folder. @throws KilnError `wav-…` */
export function backgroundNoise(root: string): NoiseRecording[] {
  if (!existsSync(join(root, FOLDER))) return [];
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.toLowerCase().endsWith('.wav'))
    .sort()
    .map((name) => {
      const file = join(root, FOLDER, name);
      const { samples, sampleRate } = wavHeader(readBytes(file), file);
      return { path: `${FOLDER}/${name}`, samples, sampleRate };
    });
}

export function trainingNoise(noise: readonly NoiseRecording[]): NoiseStretch[] {
  return noise.map((recording) => region(recording, 'train')).filter(({ length }) => length > 0);
}

function region({ path, samples }: NoiseRecording, split: Split): Required<NoiseStretch> {
  const [from, to] = REGIONS[split].map((share) => Math.floor(share * samples)) as [number, number];
  return { path, start: from, length: to - from };
}

/**
 * One-second clips at random places, so many for each split; the recordings take turns.
 * @throws KilnError `class-empty` without recordings, `noise-short` where no region of a split lasts a second
 */
export function cutSilence(
  root: string,
  noise: readonly NoiseRecording[],
  counts: Readonly<Record<Split, number>>,
  seed: number,
): Entry[] {
  if (noise.length === 0) {
    const what = `the class \`${SILENCE}\` has no recordings: there is no folder ${FOLDER} with WAV files`;
    const todo = 'Add recordings of background noise, or set data.silence to 0.';
    throw new KilnError('class-empty', { where: root, what, todo });
  }
  const random = new Random(seed);
  return SPLITS.flatMap((split) => {
    const regions = noise
      .map((recording) => ({ ...region(recording, split), second: recording.sampleRate }))
      .filter(({ length, second }) => length >= second);
    if (regions.length === 0) throw tooShort(root);
    return Array.from({ length: counts[split] }, (_, i) => {
      const { path, start, length, second } = regions[i % regions.length]!;
      const cut = start + random.integer(length - second + 1);
      return { path, label: SILENCE, word: SILENCE, speaker: '', split, start: cut };
    });
  });
}

function tooShort(root: string): KilnError {
  const what = 'no recording is long enough for a tenth of it to last a second';
  const todo = 'Add a recording of at least 10 seconds, or set data.silence to 0.';
  return new KilnError('noise-short', { where: join(root, FOLDER), what, todo });
}
