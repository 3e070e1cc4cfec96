// What the samples of a data set's clips say by themselves: length, level, clipping, offset, and a hash to tell copies by.
import { join } from 'node:path';
import { readBytes, sha256 } from '../../base/files.js';
import type { Clip, Dataset } from './dataset.js';
import { readWav } from './wav.js';

export interface ClipFacts extends Clip {
  /** Of the whole recording. */
  seconds: number;
  /** Hz. */
  sampleRate: number;
  /** Largest sample and root mean square, in dB of full scale; −Infinity where all samples are 0. */
  peak: number;
  level: number;
  /** Share of the samples at either end of the scale, 0 … 1. */
  clipped: number;
  /** Mean of the samples as a share of full scale. */
  offset: number;
  /** SHA-256 of the samples: the same for copies under other names and headers. */
  content: string;
  /** Peaks of as many equal parts, 0 … 1: a picture of the recording. */
  outline: number[];
}

const FULL_SCALE = 32768;
const OUTLINE_PARTS = 80;

/**
 * Of each clip, in the data set's order. A clip that is cut from a longer recording is judged by its own second.
 * @throws KilnError `wav-…`, `file-unreadable`
 */
export function* clipFacts({ root, clips }: Dataset): Generator<ClipFacts> {
  for (const clip of clips) {
    const file = join(root, clip.path);
    const { samples, sampleRate } = readWav(readBytes(file), file);
    const { start } = clip;
    const own = start === undefined ? samples : samples.subarray(start, start + sampleRate);
    yield { ...clip, sampleRate, seconds: own.length / sampleRate, ...soundOf(own), outline: outlineOf(own) };
  }
}

function soundOf(samples: Int16Array): Pick<ClipFacts, 'peak' | 'level' | 'clipped' | 'offset' | 'content'> {
  let [peak, sum, squares, clipped] = [0, 0, 0, 0];
  for (const sample of samples) {
    const size = Math.abs(sample);
    peak = Math.max(peak, size);
    sum += sample;
    squares += sample * sample;
    if (size >= FULL_SCALE - 1) clipped++;
  }
  return {
    peak: decibels(peak),
    level: decibels(Math.sqrt(squares / samples.length)),
    clipped: clipped / samples.length,
    offset: sum / samples.length / FULL_SCALE,
    content: sha256(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)),
  };
}

function decibels(size: number): number {
  return 20 * Math.log10(size / FULL_SCALE);
}

function outlineOf(samples: Int16Array): number[] {
  const bound = (part: number) => Math.floor((samples.length * part) / OUTLINE_PARTS);
  return Array.from({ length: OUTLINE_PARTS }, (_, part) => {
    const own = samples.subarray(bound(part), bound(part + 1));
    return own.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / FULL_SCALE;
  });
}
