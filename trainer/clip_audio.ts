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

/** Fills `output` with the samples from `start` on, and zeros beyond both ends. */
export function cut(samples: Int16Array, start: number, output: Int16Array): void {
  output.fill(0);
  const from = Math.max(0, start);
  const to = Math.min(samples.length, start + output.length);
  if (from < to) output.set(samples.subarray(from, to), from - start);
}

export interface Recording {
  /** The whole file, at the rate asked for. */
  samples: Int16Array;
  /** First sample of the clip: negative where the recording is shorter than a clip. */
  start: number;
}

interface Resampled {
  samples: Int16Array;
  /** Rate asked for over rate recorded. */
  scale: number;
}

/** Reads a data set's files at one sample rate; keeps those that are read again and again, background noise. */
export class Recordings {
  private readonly kept = new Map<string, Resampled>();

  constructor(
    private readonly root: string,
    private readonly sampleRate: number,
  ) {}

  /** A clip's recording, and where in it the clip lies: where it was cut, else in the middle. @throws KilnError `wav-…` */
  clip({ path, start }: Pick<Clip, 'path' | 'start'>): Recording {
    if (start === undefined) {
      const { samples } = this.read(path);
      return { samples, start: Math.floor((samples.length - clipLength(this.sampleRate)) / 2) };
    }
    const { samples, scale } = this.keep(path);
    return { samples, start: Math.round(start * scale) };
  }

  /** @throws KilnError `wav-…` */
  stretch({ path, start, length }: NoiseStretch): Int16Array {
    const { samples, scale } = this.keep(path);
    const end = length === undefined ? samples.length : Math.round((start + length) * scale);
    return samples.subarray(Math.round(start * scale), end);
  }

  private keep(path: string): Resampled {
    const file = this.kept.get(path) ?? this.read(path);
    this.kept.set(path, file);
    return file;
  }

  private read(path: string): Resampled {
    const file = join(this.root, path);
    const { samples, sampleRate } = readWav(readBytes(file), file);
    return { samples: resample(samples, sampleRate, this.sampleRate), scale: this.sampleRate / sampleRate };
  }
}
