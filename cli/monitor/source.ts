// Where the samples of `kiln monitor` come from: a wav file, or raw 16-bit samples on stdin, as `arecord` writes them.
import { resolve } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { readBytes } from '../../base/files.js';
import { resample } from '../../trainer/datasets/resample.js';
import { readWav } from '../../trainer/datasets/wav.js';
import type { Context } from '../context.js';

/** Samples that are worked on at a time: what is heard is shown as often. */
const PIECE_MS = 100;

/** What yargs makes of a single dash. */
export const PIPE = '';

/** @throws KilnError `monitor-source`, `wav-…`, `file-unreadable` */
export function samplesOf(source: unknown, sampleRate: number, context: Context): AsyncIterable<Int16Array> {
  if (source === PIPE) return fromPipe(context);
  if (typeof source === 'string') return fromWav(resolve(context.cwd, source), sampleRate);
  throw nothingToHear(
    'Name a wav file, or - for raw 16-bit samples on stdin: `arecord -f S16_LE -r 16000 | kiln monitor -`.',
  );
}

export function nothingToHear(todo: string): KilnError {
  return new KilnError('monitor-source', { where: 'command line', what: 'there is nothing to listen to', todo });
}

async function* fromWav(path: string, rate: number): AsyncGenerator<Int16Array> {
  const { samples, sampleRate } = readWav(readBytes(path), path);
  const heard = resample(samples, sampleRate, rate);
  const piece = Math.ceil((rate * PIECE_MS) / 1000);
  for (let at = 0; at < heard.length; at += piece) yield heard.subarray(at, at + piece);
}

/** Little-endian, in whatever pieces they come; a part of a sample at the end is none. @param channels values of a sample */
export async function* fromPipe({ stdin, signal }: Context, channels = 1): AsyncGenerator<Int16Array> {
  const size = 2 * channels;
  let left = Buffer.alloc(0);
  for await (const chunk of stdin ?? []) {
    if (signal.aborted) return;
    const bytes = Buffer.concat([left, Buffer.from(chunk)]);
    const whole = bytes.length - (bytes.length % size);
    yield Int16Array.from({ length: whole / 2 }, (_, i) => bytes.readInt16LE(2 * i));
    left = bytes.subarray(whole);
  }
}
