// Synthetic speech: spoken once, kept, verified, reused; every voice its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../trainer/datasets/dataset.js';
import { requireSynthesizer } from '../../trainer/datasets/synthesize.js';
import { loadSynthetic } from '../../trainer/datasets/synthetic.js';
import { makeRecipe, type Recipe } from '../../trainer/datasets/synthetic_recipe.js';
import { noiseClip, placeSpeech } from '../../trainer/datasets/synthetic_sound.js';
import { readWav } from '../../trainer/datasets/wav.js';
import { Random } from '../../base/random.js';
import { temporaryFolder, tone } from './recordings.js';

const SHARES = { unknown: 0.1, silence: 0.1 };

describe('the recipe', () => {
  const recipe = makeRecipe({ labels: ['yes', 'no'], ...SHARES });

  it('has 72 voices, each in one split', () => {
    const splits = new Map<string, Set<string>>();
    for (const { voice, split } of recipe.utterances) splits.set(voice, (splits.get(voice) ?? new Set()).add(split));
    expect(splits.size).toBe(72);
    expect([...splits.values()].every((own) => own.size === 1)).toBe(true);
  });

  it('has each share of unknown words and silence, and no path twice', () => {
    const words = recipe.utterances.filter(({ label }) => label !== '_unknown_');
    expect(words).toHaveLength(72 * 20);
    expect(recipe.utterances.length - words.length).toBe(72 * 2);
    expect(recipe.noises).toHaveLength(72 * 2);
    expect(recipe.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    const paths = [...recipe.utterances, ...recipe.noises].map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('never says a word of a class as an unknown one', () => {
    const { utterances } = makeRecipe({ labels: ['cat', 'dog'], unknown: 1 });
    const unknown = utterances.filter(({ label }) => label === '_unknown_').map(({ text }) => text);
    expect(unknown).not.toContain('cat');
    expect(new Set(unknown).size).toBeGreaterThan(20);
  });

  it.each([['../yes'], ['a/b'], [''], ['-'], ['x'.repeat(41)]])('refuses to speak `%s`', (label) => {
    expect(() => makeRecipe({ labels: ['yes', label] })).toThrow('cannot be spoken');
  });

  it('needs a word', () => {
    expect(() => makeRecipe({ labels: ['_silence_'], ...SHARES })).toThrow('data.labels: holds no words');
  });
});

describe('the sound', () => {
  it('places speech whole within the clip', () => {
    const speech = Int16Array.from([...new Int16Array(3000), ...tone(300, 16000, 0.3), ...new Int16Array(9000)]);
    const clip = placeSpeech(speech, 16000, new Random(3));
    const first = clip.findIndex((sample) => Math.abs(sample) > 1500);
    const last = clip.findLastIndex((sample) => Math.abs(sample) > 1500);
    expect(clip).toHaveLength(16000);
    expect((last - first) / 16000).toBeCloseTo(0.3, 1);
  });

  it('makes noise that its seed decides', () => {
    expect(noiseClip(16000, 5)).toEqual(noiseClip(16000, 5));
    expect(noiseClip(16000, 5)).not.toEqual(noiseClip(16000, 6));
  });
});

it('says what to do where the synthesizer is not installed', () => {
  const elsewhere = pathToFileURL(join(parse(process.cwd()).root, 'no-such-folder', 'module.js'));
  expect(() => requireSynthesizer(elsewhere)).toThrow('Run `npm install --save-dev mespeak`');
});

/** Three voices, one in each split, that say two words once. */
function smallRecipe(): Recipe {
  const whole = makeRecipe({ labels: ['yes', 'no'], ...SHARES });
  const voices = ['train', 'val', 'test'].map((split) => whole.utterances.find((u) => u.split === split)!.voice);
  const utterances = whole.utterances.filter(({ voice, path }) => voices.includes(voice) && path.endsWith('_0.wav'));
  const noises = ['train', 'val', 'test'].map((split) => whole.noises.find((noise) => noise.split === split)!);
  return { ...whole, utterances, noises };
}

describe('a synthetic data set', () => {
  const folder = join(temporaryFolder(), 'speech');
  const options = { source: 'synthetic', path: folder, seed: 1 } as const;
  let made: Dataset;
  let progress: [number, number][];

  beforeAll(async () => {
    progress = [];
    made = await loadSynthetic({ ...options, onProgress: (...step) => progress.push(step) }, smallRecipe());
  });

  it('is a manifest of one-second clips', () => {
    expect(made.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    expect(made.clips).toHaveLength(3 * 4 + 3);
    expect(progress).toHaveLength(12);
    expect(progress.at(-1)).toEqual([12, 12]);
    for (const { path } of made.clips) {
      const { samples, sampleRate } = readWav(readFileSync(join(folder, path)), path);
      expect([samples.length, sampleRate]).toEqual([16000, 16000]);
    }
    expect(made.notices[0]).toContain('The speech is synthetic');
  });

  it('is reused as it is', async () => {
    const before = statSync(join(folder, 'manifest.csv')).mtimeMs;
    expect(await loadSynthetic({ ...options, seed: 2 }, smallRecipe())).toEqual(made);
    expect(statSync(join(folder, 'manifest.csv')).mtimeMs).toBe(before);
  });

  it('is spoken anew, to the same bytes, when a clip was damaged', async () => {
    writeFileSync(join(folder, made.clips[0]!.path), 'nothing to hear');
    const again = await loadSynthetic(options, smallRecipe());
    expect(again.hash).toBe(made.hash);
    expect(again.notices[1]).toContain('damaged and is made anew');
  });

  it('is replaced when another one is asked for, and leaves nothing else behind', async () => {
    const { utterances, ...rest } = smallRecipe();
    const other = await loadSynthetic(options, { ...rest, utterances: utterances.slice().reverse() });
    expect(other.hash).not.toBe(made.hash);
    expect(readdirSync(join(folder, '..'))).toEqual(['speech']);
  });

  it('clears what a killed process left behind', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    mkdirSync(join(folder, '..', `.speech.${dead}.new`, 'yes'), { recursive: true });
    await loadSynthetic(options, smallRecipe());
    expect(readdirSync(join(folder, '..'))).toEqual(['speech']);
  });

  it('never replaces a folder of anything else', async () => {
    rmSync(join(folder, 'recipe.json'));
    await expect(loadSynthetic(options, smallRecipe())).rejects.toMatchObject({ code: 'folder-in-use' });
  });

  it('notices two voices that are one', async () => {
    const { utterances, ...rest } = smallRecipe();
    const unknownVoice = (i: number) => (i < 4 ? 'en-us+nobody' : i < 8 ? 'en-us+nothing' : undefined);
    const alike = utterances.map((utterance, i) => ({ ...utterance, voice: unknownVoice(i) ?? utterance.voice }));
    const elsewhere = { ...options, path: join(temporaryFolder(), 'speech') };
    await expect(loadSynthetic(elsewhere, { ...rest, utterances: alike })).rejects.toMatchObject({
      code: 'voices-alike',
    });
    expect(readdirSync(join(elsewhere.path, '..'))).toEqual([]);
  });
});
