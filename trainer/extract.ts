// Features of clips, one after the other: what each worker does, and what a small data set gets without workers.
import { Random } from '../base/random.js';
import { sha256 } from '../base/files.js';
import { Augmenter, type Augmentation } from './augment.js';
import { Recordings, clipLength, cut } from './clip_audio.js';
import type { Clip, NoiseStretch } from './datasets/dataset.js';
import { MicroFrontend, frameCount, quantizeFeature, type FrontendSpec } from './frontend/micro_frontend.js';

export interface ExtractionPlan {
  root: string;
  frontend: FrontendSpec;
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

/** Features in one variant of a clip. */
export function featureCount(frontend: FrontendSpec): number {
  return frameCount(frontend, clipLength(frontend.sampleRate)) * frontend.channels;
}

/** Writes the tasks' int8 features into `output`. @throws KilnError `wav-…`, `file-unreadable` */
export function extract(
  plan: ExtractionPlan,
  tasks: readonly ExtractionTask[],
  output: Int8Array,
  onClip: () => void,
): void {
  const { root, frontend: spec, noise, augmentation, seed } = plan;
  const frontend = new MicroFrontend(spec);
  const recordings = new Recordings(root, spec.sampleRate);
  const augmenter = new Augmenter(augmentation, recordings, noise, spec.sampleRate);
  const samples = new Int16Array(clipLength(spec.sampleRate));
  let at = 0;
  const store = (features: Uint16Array): void => {
    for (let i = 0; i < features.length; i++) output[at++] = quantizeFeature(features[i]!);
  };
  for (const { clip, variants, offset } of tasks) {
    const recording = recordings.clip(clip);
    at = offset;
    for (let variant = 0; variant < variants; variant++) {
      if (variant === 0) cut(recording.samples, recording.start, samples);
      else augmenter.vary(recording, clip.start === undefined, randomOf(seed, clip, variant), samples);
      frontend.reset();
      frontend.process(samples, store);
    }
    onClip();
  }
}

/** Depends on the clip and not on its place in the data set, so that one more clip changes no other's variants. */
function randomOf(seed: number, { path, start }: Clip, variant: number): Random {
  return new Random(parseInt(sha256(JSON.stringify([seed, path, start ?? 0, variant])).slice(0, 8), 16));
}
