// The samples of a clip: one second out of its recording, padded with silence where that is shorter.
import { join } from 'node:path';
import { readBytes } from '../base/files.js';
import type { Clip, NoiseStretch } from './datasets/dataset.js';
import { resample } from './datasets/resample.js';
import { readWav } from './datasets/wav.js';

/** Every clip lasts so long: a model hears one second. */
const CLIP_MS = 1000;

/** Samples in a clip. */
export function clipLength(sampleRate: number): number {
  return Math.floor((CLIP_MS * sampleRate) / 1000);
}

export interface Recording {
  /** The whole file, at the rate asked for. */
  samples: Int16Array;
  /** First sample of the clip: negative where the recording is shorter than a clip. */
  start: number;
}

/** A clip's recording at `sampleRate`, and where in it the clip lies: where it was cut, else in the middle. */
export function readRecording(root: string, clip: Pick<Clip, 'path' | 'start'>, sampleRate: number): Recording {
  const { samples, scale } = readAt(root, clip.path, sampleRate);
  const middle = Math.floor((samples.length - clipLength(sampleRate)) / 2);
  return { samples, start: clip.start === undefined ? middle : Math.round(clip.start * scale) };
}

/** A stretch of noise at `sampleRate`. */
export function readStretch(root: string, { path, start, length }: NoiseStretch, sampleRate: number): Int16Array {
  const { samples, scale } = readAt(root, path, sampleRate);
  const end = length === undefined ? samples.length : Math.round((start + length) * scale);
  return samples.slice(Math.round(start * scale), end);
}

function readAt(root: string, path: string, sampleRate: number): { samples: Int16Array; scale: number } {
  const file = join(root, path);
  const wav = readWav(readBytes(file), file);
  return { samples: resample(wav.samples, wav.sampleRate, sampleRate), scale: sampleRate / wav.sampleRate };
}

/** Fills `output` with the samples from `start` on, and zeros beyond both ends. */
export function cut(samples: Int16Array, start: number, output: Int16Array): void {
  output.fill(0);
  const from = Math.max(0, start);
  const to = Math.min(samples.length, start + output.length);
  if (from < to) output.set(samples.subarray(from, to), from - start);
}
