// Features of clips, one after the other: what each worker does, and what a small data set gets without workers.
import { Random } from '../base/random.js';
import { sha256 } from '../base/files.js';
import { Augmenter } from './augment.js';
import type { Augmentation } from './augmentation.js';
import { Recordings, clipLength, cut } from './clip_audio.js';
import type { Clip, NoiseStretch } from './datasets/dataset.js';
import { ClipFrontend, sampleRateOf, type ClipFeatures } from './clip_frontend.js';

export interface ExtractionPlan {
  root: string;
  frontend: ClipFeatures;
  noise: readonly NoiseStretch[];
  augmentation: Augmentation;
  seed: number;
}

/** Features of one clip, all its variants. */
export interface ExtractionTask {
  clip: Clip;
  variants: number;
  /** Where its features begin in the output. */
  offset: number;
}

/** Writes the tasks' int8 features into `output`. @throws KilnError `wav-…`, `file-unreadable` */
export function extract(
  plan: ExtractionPlan,
  tasks: readonly ExtractionTask[],
  output: Int8Array,
  onClip: () => void,
): void {
  const { root, noise, augmentation, seed } = plan;
  const sampleRate = sampleRateOf(plan.frontend);
  const frontend = new ClipFrontend(plan.frontend);
  const recordings = new Recordings(root, sampleRate);
  const augmenter = new Augmenter(augmentation, recordings, noise, sampleRate);
  const samples = new Int16Array(clipLength(sampleRate));
  for (const { clip, variants, offset } of tasks) {
    const recording = recordings.clip(clip);
    for (let variant = 0; variant < variants; variant++) {
      const random = randomOf(seed, clip, variant);
      const warp = 1 + augmentation.vocalTract * (2 * random.uniform() - 1);
      if (variant === 0) cut(recording.samples, recording.start, samples);
      else augmenter.vary(recording, clip.start === undefined, random, samples);
      const at = offset + variant * frontend.size;
      frontend.extract(samples, variant === 0 ? 1 : warp, output.subarray(at, at + frontend.size));
    }
    onClip();
  }
}

/** Depends on the clip and not on its place in the data set, so that one more clip changes no other's variants. */
function randomOf(seed: number, { path, start }: Clip, variant: number): Random {
  return new Random(parseInt(sha256(JSON.stringify([seed, path, start ?? 0, variant])).slice(0, 8), 16));
}
