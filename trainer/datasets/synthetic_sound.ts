// Turns a synthesizer's raw speech into a clip as a microphone would give it, and makes noise of several colours.
import { Random } from '../../base/random.js';

/** Samples quieter than this at either end are silence. */
const QUIET = 200;
/** Peak of a spoken clip, of full scale. */
const LOUDNESS: readonly [number, number] = [0.2, 0.8];
/** RMS of the room behind a spoken clip, in units of the last bit. */
const ROOM: readonly [number, number] = [3, 60];
/** RMS of a clip of noise alone. */
const NOISE: readonly [number, number] = [5, 2500];

/** The speech without silence around it, at a random place in `length` samples and loudness, over a faint noise. */
export function placeSpeech(speech: Int16Array, length: number, random: Random): Int16Array {
  const spoken = trim(speech);
  const peak = spoken.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  const gain = (between(random, LOUDNESS) * 32767) / peak;
  const start = Math.round(random.uniform() * (length - spoken.length));
  const clip = colouredNoise(length, between(random, ROOM), random);
  for (let i = Math.max(0, -start); i < spoken.length && start + i < length; i++) clip[start + i]! += gain * spoken[i]!;
  return toInt16(clip);
}

/** Noise alone: its colour and loudness are random, quiet rooms as likely as loud ones. */
export function noiseClip(length: number, seed: number): Int16Array {
  const random = new Random(seed);
  const [low, high] = NOISE;
  return toInt16(colouredNoise(length, low * (high / low) ** random.uniform(), random));
}

function between(random: Random, [low, high]: readonly [number, number]): number {
  return low + (high - low) * random.uniform();
}

function trim(speech: Int16Array): Int16Array {
  const loud = (sample: number) => Math.abs(sample) >= QUIET;
  const first = speech.findIndex(loud);
  return first < 0 ? speech : speech.subarray(first, speech.findLastIndex(loud) + 1);
}

/** White noise through a one-pole low pass, from white (0) towards brown (0.99), with a hum of mains half of the time. */
function colouredNoise(length: number, rms: number, random: Random): Float32Array {
  const pole = 0.99 * random.uniform();
  const hum = random.uniform() < 0.5 ? 0 : random.uniform();
  const pitch = (random.uniform() < 0.5 ? 50 : 60) * (1 + random.integer(3));
  const noise = new Float32Array(length);
  let state = 0;
  for (let i = 0; i < length; i++) {
    state = pole * state + Math.sqrt(1 - pole * pole) * random.normal();
    noise[i] = rms * (state + hum * Math.sin((2 * Math.PI * pitch * i) / length));
  }
  return noise;
}

function toInt16(clip: Float32Array): Int16Array {
  return Int16Array.from(clip, (value) => Math.max(-32768, Math.min(32767, Math.round(value))));
}
