// `kiln data mine`: what the project's model takes for keywords in recordings without any becomes training clips of `_unknown_`.
import { KilnError } from '../base/errors.js';
import { clipLength, cut } from '../trainer/clip_audio.js';
import { UNKNOWN } from '../trainer/datasets/dataset.js';
import { mine } from '../trainer/detection/mining.js';
import { NEVER } from '../trainer/detection/spec.js';
import { ClipStore } from './clip_store.js';
import type { Context } from './context.js';
import { recordingsAt } from './data_sources.js';
import { projectEar } from './ear.js';
import { inferenceOf, type Ear } from './listening.js';
import { readModel } from './model.js';
import { openProject } from './project.js';

export interface MiningOptions {
  /** A WAV file, a folder of them, or PIPE. */
  recordings: string;
  /** Instead of those that detect, for every keyword: the lower, the more is mined. 0 … 1. */
  threshold?: number | undefined;
}

export interface MinedClips {
  mined: { keyword: string; score: number; path: string }[];
  root: string;
  manifest: string | undefined;
  /** Heard in all. */
  seconds: number;
}

/** The folder's name, and the word that the clips are said to hold. */
const MINED = 'mined';

/** @throws KilnError `labels-invalid` where the project has no unknown class, and those of model and recordings */
export async function mineNegatives(options: MiningOptions, context: Context): Promise<MinedClips> {
  const project = openProject(context.project);
  const model = readModel(project.paths.model);
  const ear = withThreshold(projectEar(model, project.folder), options.threshold);
  if (!ear.labels.includes(UNKNOWN)) throw unknownless(model.path);
  const { sampleRate } = ear.frontend;
  const store = new ClipStore(project);
  const mined: MinedClips['mined'] = [];
  let seconds = 0;
  const samples = new Int16Array(clipLength(sampleRate));
  for await (const source of recordingsAt(sampleRate, options.recordings, context)) {
    for (const { start, keyword, score } of mine(ear, inferenceOf(model), source.samples)) {
      context.signal.throwIfAborted();
      cut(source.samples, start, samples);
      const path = store.add({ label: UNKNOWN, word: MINED, speaker: speakerOf(source.name), sampleRate, samples });
      mined.push({ keyword: ear.labels[keyword]!, score, path });
      context.reporter.progress('mine', mined.length, mined.length, source.name);
    }
    seconds += source.samples.length / sampleRate;
  }
  return { mined, root: store.root, manifest: store.close(), seconds };
}

/** Who is named before _nohash_; else all clips of a recording are one speaker's. */
function speakerOf(name: string): string {
  return name.split('_nohash_')[0]!.replace(/[^\p{L}\p{N}-]+/gu, '-');
}

function withThreshold(ear: Ear, threshold: number | undefined): Ear {
  if (threshold === undefined) return ear;
  const value = Math.max(1, Math.min(NEVER - 1, Math.round(256 * threshold)));
  const thresholds = ear.detection.thresholds.map((one) => (one === NEVER ? NEVER : value));
  return { ...ear, detection: { ...ear.detection, thresholds } };
}

function unknownless(where: string): KilnError {
  const what = `it has no class ${UNKNOWN} that could learn them`;
  return new KilnError('labels-invalid', { where, what, todo: `Add ${UNKNOWN} to data.labels, and train anew.` });
}
