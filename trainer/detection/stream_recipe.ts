// A long stream out of a data set's clips: words of many people with pauses, over changing noise and quiet. Its audio is made
// piece by piece, the same for the same seed.
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import { clipLength, cut, type Recordings } from '../clip_audio.js';
import { SILENCE, type Clip } from '../datasets/dataset.js';
import { NoiseBed } from './noise_bed.js';
import type { Segment } from './stream_score.js';

export interface StreamOptions {
  /** At least so long. */
  minutes: number;
  seed: number;
  sampleRate: number;
  /** Labels of the data set, and the model's class of each keyword. */
  labels: readonly string[];
  keywords: ReadonlyMap<string, number>;
}

/** A word, or a pause. */
interface Part {
  clip: Clip | undefined;
  samples: number;
  scene: Scene;
}

/** A stretch with the same noise. */
interface Scene {
  /** Clips of it; none is quiet. */
  noise: readonly Clip[];
  /** Root mean square of the noise. */
  level: number;
}

export interface LongStream {
  seconds: number;
  /** Said in it. */
  words: number;
  segments: Segment[];
  pieces(recordings: Recordings): Generator<Int16Array>;
}

const PAUSE_SECONDS = [0.5, 2] as const;
const SCENE_PARTS = [10, 30] as const;
/** Scenes without noise. */
const QUIET = 0.3;
/** What words are taken to be as loud as: −26 dB of full scale, as in recordings of Speech Commands. */
const SPEECH_LEVEL = 1640;
const SNR_DB = [5, 25] as const;
const QUIET_LEVEL = 8;

/** @throws KilnError `stream-words` where the clips hold no keyword */
export function longStream(clips: readonly Clip[], options: StreamOptions): LongStream {
  const { labels, sampleRate, keywords } = options;
  const words = clips.filter(({ label }) => labels[label] !== SILENCE);
  if (!words.some(({ label }) => keywords.has(labels[label]!))) throw wordless();
  const noise = clips.filter(({ label }) => labels[label] === SILENCE);
  const parts = partsOf(words, noise, options);
  let at = 0;
  const segments = parts.map(({ clip, samples, scene }) => {
    const start = at / sampleRate;
    at += samples;
    const source = clip?.speaker || clip?.path || (scene.noise[0]?.path ?? 'quiet');
    return { start, end: at / sampleRate, source, keyword: clip && keywords.get(labels[clip.label]!) };
  });
  const count = parts.filter(({ clip }) => clip).length;
  return { seconds: at / sampleRate, words: count, segments, pieces: (recordings) => play(parts, recordings, options) };
}

/** Every word once, in an order of chance, and again until the stream is long enough. */
function partsOf(words: readonly Clip[], noise: readonly Clip[], { minutes, seed, sampleRate }: StreamOptions): Part[] {
  const random = new Random(seed);
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  const parts: Part[] = [];
  let [left, sceneLeft] = [60 * minutes * sampleRate, 0];
  let scene: Scene = { noise: [], level: QUIET_LEVEL };
  while (left > 0) {
    for (const clip of random.shuffle([...words])) {
      if (sceneLeft-- <= 0) {
        scene = sceneOf(noise, random, between(SNR_DB));
        sceneLeft = Math.round(between(SCENE_PARTS));
      }
      const pause = Math.round(between(PAUSE_SECONDS) * sampleRate);
      const said = clipLength(sampleRate);
      parts.push({ clip: undefined, samples: pause, scene }, { clip, samples: said, scene });
      left -= pause + said;
      if (left <= 0) break;
    }
  }
  return parts;
}

function sceneOf(noise: readonly Clip[], random: Random, snr: number): Scene {
  if (noise.length === 0 || random.uniform() < QUIET) return { noise: [], level: QUIET_LEVEL };
  const first = random.integer(noise.length);
  const some = [0, 1, 2].map((i) => noise[(first + i) % noise.length]!);
  return { noise: some, level: SPEECH_LEVEL / 10 ** (snr / 20) };
}

function* play(parts: readonly Part[], recordings: Recordings, { seed, sampleRate }: StreamOptions) {
  const bed = new NoiseBed(new Random(seed), sampleRate);
  const word = new Int16Array(clipLength(sampleRate));
  let sounds: Int16Array[] = [];
  let heard: Scene | undefined;
  for (const { clip, samples, scene } of parts) {
    if (scene !== heard) sounds = scene.noise.map((one) => soundOf(recordings, one, sampleRate));
    heard = scene;
    const mixed = bed.next(samples, scene.level, sounds);
    if (clip) {
      const { samples: recorded, start } = recordings.clip(clip);
      cut(recorded, start, word);
      word.forEach((sample, i) => (mixed[i]! += sample));
    }
    yield Int16Array.from(mixed, (value) => Math.max(-32768, Math.min(32767, Math.round(value))));
  }
}

function soundOf(recordings: Recordings, clip: Clip, sampleRate: number): Int16Array {
  const { samples, start } = recordings.clip(clip);
  const sound = new Int16Array(clipLength(sampleRate));
  cut(samples, start, sound);
  return sound;
}

function wordless(): KilnError {
  const what = 'none of its clips is one of the keywords';
  return new KilnError('stream-words', { where: 'data set', what, todo: 'Name other `detection.keywords`.' });
}
