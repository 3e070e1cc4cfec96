// Audio of all kinds for front ends: noise, tones, clicks, squares, silence, from one bit to full scale, and recordings.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../base/random.js';
import { sharedData } from '../shared.js';

type Source = (random: Random, level: number) => (i: number) => number;

const SOURCES: readonly Source[] = [
  (random, level) => () => (2 * random.uniform() - 1) * level,
  (random, level) => () => random.normal() * level,
  (random, level) => {
    const [step, sweep] = [random.uniform() * 3, random.uniform() * 1e-4];
    return (i) => level * Math.sin(i * (step + i * sweep));
  },
  (random, level) => {
    const period = 2 + random.integer(3000);
    return (i) => (i % period === 0 ? level : 0);
  },
  (random, level) => {
    const period = 2 + random.integer(400);
    return (i) => (i % period < period / 2 ? level : -level);
  },
  (random) => () => random.integer(65536) - 32768,
  (_, level) => () => -level,
  () => () => 0,
];

/** So many samples in pieces of up to 1.5 s at 16 kHz; what is beyond int16 is cut off. */
export function mixedAudio(length: number, random: Random): Int16Array {
  const recordings = readRecordings();
  const samples = new Int16Array(length);
  for (let at = 0; at < length;) {
    const count = Math.min(length - at, 1 + random.integer(24000));
    const which = random.integer(SOURCES.length + recordings.length);
    const level = 2 ** (random.uniform() * 16.5);
    const recording = recordings[which - SOURCES.length];
    const next = recording ? (i: number) => recording[i % recording.length]! : SOURCES[which]!(random, level);
    for (let i = 0; i < count; i++) samples[at + i] = Math.max(-32768, Math.min(32767, Math.round(next(i))));
    at += count;
  }
  return samples;
}

/** The reference recordings, where they are at hand. */
function readRecordings(): Int16Array[] {
  const folder = sharedData('frontend');
  const names = folder ? readdirSync(folder).filter((name) => name.endsWith('.s16')) : [];
  return names.map((name) => readSamples(join(folder!, name)));
}

/** A file of raw little-endian samples. */
export function readSamples(path: string): Int16Array {
  return new Int16Array(new Uint8Array(readFileSync(path)).buffer);
}

/** Chunks of 1 to 2000 samples, small ones as often as large ones. */
export function randomChunks(samples: Int16Array, random: Random): Int16Array[] {
  const chunks: Int16Array[] = [];
  for (let at = 0; at < samples.length;) {
    const count = Math.ceil(2000 ** random.uniform());
    chunks.push(samples.subarray(at, at + count));
    at += count;
  }
  return chunks;
}
