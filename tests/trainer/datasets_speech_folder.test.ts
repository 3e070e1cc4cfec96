// A folder as Speech Commands lays it out: words, unknown words, silence cut from noise, lists or speakers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_AUGMENTATION, extractFeatures } from '../../trainer/features.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { loadDataset, type Clip, type DataOptions, type Dataset } from '../../trainer/datasets/dataset.js';
import { temporaryFolder, tone, writeRecording } from './recordings.js';

const WORDS = ['yes', 'no', 'cat', 'dog'];
const SPEAKERS = Array.from({ length: 20 }, (_, i) => `speaker${i}`);

function makeFolder({ noiseSeconds = 20, speakers = SPEAKERS } = {}): string {
  const folder = temporaryFolder();
  for (const word of WORDS) {
    speakers.forEach((name) => writeRecording(join(folder, word, `${name}_nohash_0.wav`), tone(300, 16000, 0.05)));
  }
  if (noiseSeconds > 0) {
    writeRecording(join(folder, '_background_noise_', 'tap.wav'), tone(100, 16000, noiseSeconds));
    writeFileSync(join(folder, '_background_noise_', 'README.md'), 'Two recordings.');
  }
  return folder;
}

function load(path: string, options: Partial<DataOptions> = {}): Promise<Dataset> {
  const shares = { unknown: 0.25, silence: 0.5 };
  return loadDataset({ source: 'speech-folder', path, labels: ['yes', 'no'], seed: 1, ...shares, ...options });
}

function named({ labels, clips }: Dataset, label: string): Clip[] {
  return clips.filter((clip) => labels[clip.label] === label);
}

describe('a speech folder', () => {
  it('makes other words unknown and cuts silence, each at its share in every split', async () => {
    const dataset = await load(makeFolder());
    expect(dataset.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    const counts = (label: string) =>
      ['train', 'val', 'test'].map((split) => named(dataset, label).filter((clip) => clip.split === split).length);
    expect(counts('yes')).toEqual([16, 2, 2]);
    expect(counts('_unknown_')).toEqual([8, 1, 1]);
    expect(counts('_silence_')).toEqual([16, 2, 2]);
    expect(named(dataset, '_unknown_').every(({ word }) => word === 'cat' || word === 'dog')).toBe(true);
    expect(dataset.notices).toEqual([]);
  });

  it('takes the folders of unknown words and silence that the published test set has', async () => {
    const folder = makeFolder({ noiseSeconds: 0 });
    SPEAKERS.forEach((name, i) => {
      writeRecording(join(folder, '_unknown_', `bird_${name}_nohash_0.wav`), tone(500, 16000, 0.05));
      writeRecording(join(folder, '_silence_', `${i}.wav`), tone(60, 16000, 0.05));
    });
    const dataset = await load(folder);
    expect(dataset.labels).toEqual(['yes', 'no', '_silence_', '_unknown_']);
    expect(named(dataset, '_silence_')).toHaveLength(20);
    expect(named(dataset, '_silence_').every(({ speaker }) => speaker === '')).toBe(true);
    expect(dataset.noise).toHaveLength(named(dataset, '_silence_').filter(({ split }) => split === 'train').length);
    const splitOf = new Map(named(dataset, 'yes').map(({ speaker, split }) => [speaker, split]));
    expect(named(dataset, '_unknown_')).toHaveLength(20);
    for (const { word, speaker, split } of named(dataset, '_unknown_')) {
      expect(word).toBe('bird');
      expect(split).toBe(splitOf.get(speaker));
    }
  });

  it('never has a speaker in two splits', async () => {
    const { clips } = await load(makeFolder(), { labels: WORDS, unknown: 0 });
    for (const name of SPEAKERS) {
      const own = clips.filter(({ speaker }) => speaker === name);
      expect(own).toHaveLength(4);
      expect(new Set(own.map(({ split }) => split)).size).toBe(1);
    }
  });

  it('cuts silence so that no split hears the seconds of another, nor the noise that training is mixed with', async () => {
    const dataset = await load(makeFolder());
    const regions = { train: [0, 256000], val: [256000, 288000], test: [288000, 320000] } as const;
    for (const { split, start } of named(dataset, '_silence_')) {
      expect(start).toBeGreaterThanOrEqual(regions[split][0]);
      expect(start! + 16000).toBeLessThanOrEqual(regions[split][1]);
    }
    expect(dataset.noise).toEqual([{ path: '_background_noise_/tap.wav', start: 0, length: 256000 }]);
  });

  it('hears each cut of silence where it was cut, at any rate', async () => {
    const folder = makeFolder({ noiseSeconds: 0 });
    const half = [...tone(100, 8000, 10), ...tone(2000, 8000, 10)];
    writeRecording(join(folder, '_background_noise_', 'two.wav'), Int16Array.from(half), 8000);
    const dataset = await load(folder);
    const cacheDirectory = temporaryFolder();
    const options = { frontend: MICRO_SPEECH, variants: 1, augment: DEFAULT_AUGMENTATION, seed: 1, cacheDirectory };
    const { splits, labels } = await extractFeatures(dataset, options);
    const { x, y } = splits.val;
    const cuts = [...y.keys()].filter((i) => y[i] === labels.indexOf('_silence_'));
    expect(cuts).toHaveLength(2);
    // 2000 Hz is in channel 20 of 40, 100 Hz below them all.
    for (const i of cuts) {
      const frame = x.subarray(i * 1960 + 5 * 40, i * 1960 + 6 * 40);
      expect(Math.abs(frame.indexOf(Math.max(...frame)) - 20)).toBeLessThanOrEqual(1);
    }
  });

  it('is the same for the same seed, and chooses otherwise for another', async () => {
    const folder = makeFolder();
    const [first, again, other] = [await load(folder), await load(folder), await load(folder, { seed: 2 })];
    expect(again).toEqual(first);
    expect(other.hash).not.toBe(first.hash);
    expect(named(other, 'yes')).toEqual(named(first, 'yes'));
    expect(named(other, '_unknown_')).not.toEqual(named(first, '_unknown_'));
  });

  it('obeys the two lists where there are any, unless told otherwise', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'validation_list.txt'), 'yes/speaker1_nohash_0.wav\r\nno/speaker1_nohash_0.wav\r\n');
    writeFileSync(join(folder, 'testing_list.txt'), 'yes/speaker2_nohash_0.wav\nno/speaker2_nohash_0.wav\n');
    const options = { unknown: 0, silence: 0 };
    const { clips } = await load(folder, options);
    const speakersOf = (split: string) => [...new Set(clips.filter((c) => c.split === split).map((c) => c.speaker))];
    expect(speakersOf('val')).toEqual(['speaker1']);
    expect(speakersOf('test')).toEqual(['speaker2']);
    const divided = await load(folder, { ...options, split: 'by-speaker' });
    expect(divided.clips.filter(({ split }) => split === 'val')).toHaveLength(4);
  });

  it('takes every folder for a class without labels', async () => {
    const { labels } = await load(makeFolder({ noiseSeconds: 0 }), { labels: undefined });
    expect(labels).toEqual(['cat', 'dog', 'no', 'yes']);
  });

  it('tells of names that do not say who speaks', async () => {
    const folder = makeFolder();
    writeRecording(join(folder, 'yes', 'take 1.wav'), tone(300));
    expect((await load(folder)).notices[0]).toMatch(
      /^File names that do not say who speaks: 1, such as yes\/take 1\.wav\./,
    );
  });

  it.each<[string, string, () => string, Partial<DataOptions>]>([
    [
      'class-empty',
      'the class `maybe` has no folder: found cat, dog, no, yes',
      makeFolder,
      { labels: ['yes', 'maybe'] },
    ],
    ['class-empty', 'every folder is a word of data.labels', makeFolder, { labels: WORDS }],
    ['class-empty', 'there is no folder _background_noise_', () => makeFolder({ noiseSeconds: 0 }), {}],
    ['class-empty', 'no words: found no folder', temporaryFolder, { labels: undefined }],
    ['noise-short', 'no recording is long enough', () => makeFolder({ noiseSeconds: 5 }), {}],
    ['lists-missing', 'no validation_list.txt and testing_list.txt', makeFolder, { split: 'lists' }],
    ['speakers-too-few', 'there are 2', () => makeFolder({ speakers: ['a', 'b'] }), {}],
    ['folder-unreadable', 'no such folder', () => join(temporaryFolder(), 'nowhere'), {}],
  ])('is refused with %s: %s', async (code, message, folder, options) => {
    const loading = load(folder(), options);
    await expect(loading).rejects.toMatchObject({ code, exitCode: 2 });
    await expect(loading).rejects.toThrow(message);
  });

  it('names an empty folder of a class, and a file that is no recording', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'up'));
    await expect(load(folder, { labels: ['yes', 'up'] })).rejects.toThrow('the class `up` has no recordings');
    writeFileSync(join(folder, 'yes', 'speaker3_nohash_1.wav'), 'not sound at all');
    await expect(load(folder)).rejects.toThrow(join(folder, 'yes', 'speaker3_nohash_1.wav'));
  });
});
