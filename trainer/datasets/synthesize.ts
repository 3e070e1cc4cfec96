// Has all utterances of a recipe spoken, by short-lived workers.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { KilnError } from '../../base/errors.js';
import { inParallel, runWorker } from '../worker_thread.js';
import type { Utterance } from './synthetic_recipe.js';

/** Hz, and samples in a clip. */
export const CLIP_RATE = 16000;
/** Utterances for one worker: mespeak frees nothing, and its 80th call takes the whole thread down. */
const BATCH = 64;
/** More would each hold the synthesizer's 100 MB. */
const MOST_WORKERS = 4;

export interface SynthesisJob {
  folder: string;
  utterances: Utterance[];
}

export interface SpokenClip {
  path: string;
  /** Of the clip's file. */
  sha256: string;
  /** SHA-256 of what the synthesizer gave. */
  speech: string;
}

/**
 * Writes every utterance's clip below `folder`, whose label folders are there already.
 * @returns the clips' hashes by path
 * @throws KilnError `synthesizer-missing`, or `voices-alike` where two voices turn out to be one
 */
export async function synthesize(
  utterances: readonly Utterance[],
  folder: string,
  onClip: () => void,
): Promise<Map<string, string>> {
  requireSynthesizer();
  const clips = new Map<string, SpokenClip>();
  const jobs = batches(utterances).map((batch) => () => {
    const job: SynthesisJob = { folder, utterances: batch };
    return runWorker<SpokenClip>('trainer/datasets/synthesis_worker.js', job, (clip) => {
      clips.set(clip.path, clip);
      onClip();
    });
  });
  await inParallel(jobs, Math.min(MOST_WORKERS, availableParallelism()));
  checkVoices(utterances, clips);
  return new Map([...clips].map(([path, clip]) => [path, clip.sha256]));
}

/** @param from the module that would load it */
export function requireSynthesizer(from: string | URL = import.meta.url): void {
  try {
    createRequire(from).resolve('mespeak');
  } catch (error) {
    const what = 'the speech synthesizer mespeak is not installed (tinykiln leaves it to you: its licence is the GPL)';
    const todo = 'Run `npm install --save-dev mespeak`, or use another data.source.';
    throw new KilnError('synthesizer-missing', { where: 'data.source: synthetic', what, todo }, 'user', {
      cause: error,
    });
  }
}

function batches(utterances: readonly Utterance[]): Utterance[][] {
  const count = Math.ceil(utterances.length / BATCH);
  return Array.from({ length: count }, (_, i) => utterances.slice(i * BATCH, (i + 1) * BATCH));
}

/** mespeak speaks with its default voice where it does not know the one asked for, and says nothing of it. */
function checkVoices(utterances: readonly Utterance[], clips: ReadonlyMap<string, SpokenClip>): void {
  const plain = new Map<string, string>();
  for (const { voice, label, text, path } of utterances) {
    if (label === text && path.endsWith('_0.wav'))
      plain.set(voice, `${plain.get(voice) ?? ''} ${clips.get(path)!.speech}`);
  }
  const owners = new Map<string, string>();
  for (const [voice, speech] of plain) {
    const twin = owners.get(speech);
    if (twin === undefined) owners.set(speech, voice);
    else throw voicesAlike(voice, twin);
  }
}

function voicesAlike(voice: string, twin: string): KilnError {
  const what = `the voices ${voice} and ${twin} speak alike, so this version lacks one of them`;
  return new KilnError('voices-alike', { where: 'mespeak', what, todo: 'Install mespeak 2.0.2.' });
}
