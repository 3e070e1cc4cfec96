// Recordings that a command is given: WAV files, folders of them, or raw samples on standard input.
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { resample } from '../trainer/datasets/resample.js';
import { readWav } from '../trainer/datasets/wav.js';
import type { Context } from './context.js';
import { PIPE, fromPipe } from './monitor/source.js';

export interface Source {
  name: string;
  samples: Int16Array;
}

/** A day of standard input at 16 kHz would not fit; an hour does. */
const MOST_SECONDS = 3600;

/** At one rate, one at a time; PIPE is little-endian 16-bit samples of that rate. @throws KilnError `wav-…`, `file-unreadable`, `input-…` */
export async function* recordingsAt(sampleRate: number, source: string, context: Context): AsyncGenerator<Source> {
  if (source === PIPE) {
    yield { name: 'stdin', samples: await standardInput(sampleRate, context) };
    return;
  }
  for (const path of filesOf(resolve(context.cwd, source))) {
    const wav = readWav(readBytes(path), path);
    yield { name: basename(path, '.wav'), samples: resample(wav.samples, wav.sampleRate, sampleRate) };
  }
}

function filesOf(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.toLowerCase().endsWith('.wav'))
    .sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  const todo = 'Name a folder that holds recordings, or one of them.';
  throw new KilnError('folder-empty', { where: path, what: 'it holds no .wav file', todo });
}

async function standardInput(sampleRate: number, context: Context): Promise<Int16Array> {
  if (!context.stdin || context.stdin.isTTY) {
    const todo = `Pipe samples in: arecord -t raw -f S16_LE -r ${sampleRate} -d 60 | kiln data record - …`;
    throw new KilnError('input-missing', { where: 'standard input', what: 'nothing is piped into it', todo });
  }
  const parts: Int16Array[] = [];
  let length = 0;
  for await (const part of fromPipe(context)) {
    parts.push(part);
    length += part.length;
    if (length <= sampleRate * MOST_SECONDS) continue;
    const todo = 'Record in shorter pieces.';
    throw new KilnError('input-long', { where: 'standard input', what: 'more than an hour of samples', todo });
  }
  const samples = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}
