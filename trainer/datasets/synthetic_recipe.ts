// What a synthetic data set says: which words, in which voices, how fast and how high.
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import { SILENCE, UNKNOWN, type DataOptions } from './dataset.js';
import { splitBySpeaker, type Split } from './split.js';

const ACCENTS = ['en', 'en-n', 'en-rp', 'en-sc', 'en-us', 'en-wm'];
/** Those that differ to the ear: `whisper`, for one, is `m7` under another name. */
const VARIANTS = ['f1', 'f2', 'f3', 'f4', 'f5', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'];
const DEFAULT_WORDS = ['yes', 'no', 'up', 'down'];
const OTHER_WORDS = [
  ...['bed', 'bird', 'cat', 'dog', 'happy', 'house', 'marvin', 'sheila', 'tree', 'wow', 'zero', 'one', 'two', 'three'],
  ...['four', 'five', 'six', 'seven', 'eight', 'nine', 'left', 'right', 'stop', 'go', 'on', 'off', 'river', 'window'],
];
/** Clips that each voice speaks of all words together: enough to learn from, made in half a minute. */
const CLIPS_A_VOICE = 20;
/** Words a minute and eSpeak's pitch (0 … 99): the first take is the plain voice, the others vary. */
const PLAIN = { speed: 160, pitch: 50 };
const SPEEDS = [130, 200] as const;
const PITCHES = [30, 70] as const;

const SEED = 1;

export interface Utterance {
  /** Of the WAV file, relative to the data set's root. */
  path: string;
  text: string;
  label: string;
  /** Accent and variant, joined by a plus. */
  voice: string;
  split: Split;
  speed: number;
  pitch: number;
  /** Of the clip's place, loudness and background. */
  seed: number;
}

/** A clip of noise, of a colour and loudness that its seed decides. */
export interface NoiseClip {
  path: string;
  split: Split;
  seed: number;
}

export interface Recipe {
  labels: string[];
  utterances: Utterance[];
  noises: NoiseClip[];
}

/** Labels and shares decide it, and nothing else: another seed of training hears the same clips. @throws KilnError `label-unspeakable` */
export function makeRecipe(options: Pick<DataOptions, 'labels' | 'unknown' | 'silence'>): Recipe {
  const words = (options.labels ?? DEFAULT_WORDS).filter((label) => label !== SILENCE && label !== UNKNOWN);
  checkWords(words);
  const voices = ACCENTS.flatMap((accent) => VARIANTS.map((variant) => `${accent}+${variant}`));
  const splits = splitBySpeaker(voices, 'the voices');
  const random = new Random(SEED);
  const others = OTHER_WORDS.filter((word) => !words.includes(word));
  const share = { unknown: options.unknown ?? 0, silence: options.silence ?? 0 };
  const utterances = voices.flatMap((voice) => {
    const say = speaker(voice, splits.get(voice)!, random);
    const takes = Math.max(1, Math.floor(CLIPS_A_VOICE / words.length));
    const known = words.flatMap((word) => Array.from({ length: takes }, (_, take) => say(word, word, take)));
    const unknown = Math.ceil(share.unknown * known.length);
    return [
      ...known,
      ...random
        .shuffle([...others])
        .slice(0, unknown)
        .map((word) => say(word, UNKNOWN, 0)),
    ];
  });
  const spoken = utterances.filter(({ label }) => label !== UNKNOWN);
  const noises = spoken
    .filter((_, i) => Math.floor(i * share.silence) < Math.floor((i + 1) * share.silence))
    .map(({ split }, i) => ({ path: `${SILENCE}/${i}.wav`, split, seed: random.uint32() }));
  const special = [...(noises.length > 0 ? [SILENCE] : []), ...(share.unknown > 0 ? [UNKNOWN] : [])];
  const labels = [...new Set([...(options.labels ?? words), ...special])];
  return { labels, utterances, noises };
}

function checkWords(words: readonly string[]): void {
  if (words.length === 0) {
    const todo = 'Name at least one word to speak.';
    throw new KilnError('label-unspeakable', { where: 'data.labels', what: 'holds no words', todo });
  }
  const odd = words.find((word) => !/^[\p{L}][\p{L} '-]{0,39}$/u.test(word));
  if (odd === undefined) return;
  const todo = 'Use a word of letters, spaces, apostrophes and hyphens, at most 40.';
  throw new KilnError('label-unspeakable', { where: 'data.labels', what: `\`${odd}\` cannot be spoken`, todo });
}

function speaker(voice: string, split: Split, random: Random) {
  const between = ([low, high]: readonly [number, number]) => low + random.integer(high - low + 1);
  return (text: string, label: string, take: number): Utterance => {
    const manner = take === 0 ? PLAIN : { speed: between(SPEEDS), pitch: between(PITCHES) };
    return {
      path: `${label}/${voice}_${text}_${take}.wav`,
      text,
      label,
      voice,
      split,
      ...manner,
      seed: random.uint32(),
    };
  };
}
