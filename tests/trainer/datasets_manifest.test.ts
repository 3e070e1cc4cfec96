// Manifests: classes, splits and hashes as the CSV file says, or an error that names file and line.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../base/files.js';
import { loadDataset, type DataOptions } from '../../trainer/datasets/dataset.js';
import { sharedData } from '../shared.js';
import { temporaryFolder, tone, writeManifest, writeRecording } from './recordings.js';

const HEADER = 'path,label,word,speaker,split';
const LINES = ['train', 'val', 'test'].flatMap((split, i) => [
  `${split}/yes.wav,yes,yes,s${i},${split}`,
  `${split}/no.wav,no,no,s${i},${split}`,
  `${split}/cat.wav,_unknown_,cat,s${i},${split}`,
  `${split}/quiet.wav,_silence_,_silence_,,${split}`,
]);

function load(path: string, options: Partial<DataOptions> = {}) {
  return loadDataset({ source: 'manifest', path, seed: 1, ...options });
}

describe('a manifest', () => {
  it('orders classes by name, the special ones last', async () => {
    const folder = writeManifest(HEADER, LINES);
    const dataset = await load(folder);
    expect(dataset.labels).toEqual(['no', 'yes', '_silence_', '_unknown_']);
    expect(dataset.clips).toHaveLength(12);
    expect(dataset.clips[2]).toEqual({ path: 'train/cat.wav', label: 3, word: 'cat', speaker: 's0', split: 'train' });
    expect(dataset.noise).toEqual([{ path: 'train/quiet.wav', start: 0 }]);
    expect(dataset.notices).toEqual([]);
    expect(await load(join(folder, 'manifest.csv'))).toEqual(dataset);
  });

  it('may lie elsewhere than the recordings', async () => {
    const folder = writeManifest(HEADER, LINES);
    const expected = await load(folder);
    const manifest = join(temporaryFolder(), 'list.csv');
    cpSync(join(folder, 'manifest.csv'), manifest);
    rmSync(join(folder, 'manifest.csv'));
    expect(await load(folder, { manifest })).toEqual(expected);
  });

  it('keeps the classes that are asked for, in that order', async () => {
    const dataset = await load(writeManifest(HEADER, LINES), { labels: ['yes', 'no'] });
    expect(dataset.labels).toEqual(['yes', 'no']);
    expect(dataset.clips.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(dataset.noise).toEqual([{ path: 'train/quiet.wav', start: 0 }]);
    expect(dataset.notices).toEqual(['Recordings left out, as their label is none of the chosen ones: 6.']);
  });

  it('takes words that are no class as unknown where that is one, and no silence', async () => {
    const dataset = await load(writeManifest(HEADER, LINES), { labels: ['yes', '_unknown_'] });
    expect(dataset.clips.map(({ label, word }) => [label, word]).slice(0, 3)).toEqual([
      [0, 'yes'],
      [1, 'no'],
      [1, 'cat'],
    ]);
    expect(dataset.notices).toEqual([
      'Recordings of words that are no class, taken as _unknown_: 3.',
      'Recordings left out, as their label is none of the chosen ones: 3.',
    ]);
  });

  it('needs path and label alone, and then divides by speaker', async () => {
    const people = Array.from({ length: 20 }, (_, i) => `person ${i}`);
    const folder = writeManifest(
      'path,label,speaker',
      people.flatMap((name) => [`${name} a.wav,a,${name}`, `${name} b.wav,b,${name}`]),
    );
    const { clips } = await load(folder);
    const splitsOf = (name: string) => new Set(clips.filter((clip) => clip.speaker === name).map(({ split }) => split));
    expect(people.every((name) => splitsOf(name).size === 1)).toBe(true);
    expect(clips.filter(({ split }) => split === 'train')).toHaveLength(32);
    expect(clips.filter(({ split }) => split === 'val')).toHaveLength(4);
  });

  it('is hashed by content: the same elsewhere, another for other bytes or labels', async () => {
    const folder = writeManifest(HEADER, LINES);
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    const { hash } = await load(folder);
    expect((await load(copy)).hash).toBe(hash);
    expect((await load(copy, { labels: ['yes', 'no'] })).hash).not.toBe(hash);
    writeRecording(join(copy, 'val/no.wav'), tone(999));
    expect((await load(copy)).hash).not.toBe(hash);
  });

  it('tells of other rates in one line, and of speakers in two splits', async () => {
    const folder = writeManifest(HEADER, [...LINES, 'val/again.wav,yes,yes,s0,val']);
    writeRecording(join(folder, 'train/yes.wav'), tone(300, 8000), 8000);
    writeRecording(join(folder, 'train/no.wav'), tone(300, 8000), 8000);
    writeRecording(join(folder, 'val/no.wav'), tone(300, 22050), 22050);
    expect((await load(folder)).notices).toEqual([
      'Speakers in more than one split: 1, such as s0. Accuracy on new voices will be lower than measured.',
      'Recordings at another sample rate are resampled to 16000 Hz: 2 at 8000 Hz, 1 at 22050 Hz.',
    ]);
  });

  it('tells of classes that val or test cannot judge', async () => {
    const lines = LINES.filter((line) => !line.startsWith('val/no') && !line.startsWith('test/cat'));
    expect((await load(writeManifest(HEADER, lines))).notices).toEqual([
      'The split val has no recordings of no.',
      'The split test has no recordings of _unknown_.',
    ]);
  });

  it('accepts a file that is what its sha256 says, and refuses it when it is not', async () => {
    const folder = writeManifest(HEADER, LINES);
    const hashed = LINES.map((line) => `${line},${sha256(readFileSync(join(folder, line.split(',')[0]!)))}`);
    writeFileSync(join(folder, 'manifest.csv'), [`${HEADER},sha256`, ...hashed].join('\r\n'));
    expect((await load(folder)).clips).toHaveLength(12);
    appendFileSync(join(folder, 'test/no.wav'), 'x');
    await expect(load(folder)).rejects.toMatchObject({
      code: 'hash-differs',
      problem: { where: join(folder, 'test/no.wav') },
    });
  });

  it.each<[string, string, string[], string]>([
    ['no label column', 'path,split', ['a.wav,train'], 'manifest.csv:1: no column label'],
    ['no lines', HEADER, [], 'the manifest lists no recordings'],
    ['an unknown split', HEADER, [...LINES, 'a.wav,yes,,,dev'], 'manifest.csv:14: the split is `dev`'],
    ['an empty label', HEADER, [...LINES, 'a.wav,,,,val'], 'manifest.csv:14: the label is empty'],
    ['a column too few', HEADER, ['a.wav,yes'], 'manifest.csv:2: Invalid Record Length'],
    ['a short sha256', `${HEADER},sha256`, ['a.wav,yes,,,val,12ab'], 'manifest.csv:2: the sha256 is `12ab`'],
    ['a path that leads out', HEADER, ['../tinykiln-a.wav,yes,,,val'], 'leads out of the manifest'],
    [
      'two speakers to divide',
      'path,label,speaker',
      ['a.wav,a,x', 'b.wav,a,y'],
      'needs three speakers, and there are 2',
    ],
    [
      'a class without training',
      HEADER,
      LINES.slice(0, 1).concat(LINES.slice(5)),
      'class `no` has no training recordings',
    ],
    ['no test split', HEADER, LINES.filter((line) => !line.includes('test')), 'no recordings in the split test'],
  ])('is refused with %s', async (_, header, lines, message) => {
    await expect(load(writeManifest(header, lines))).rejects.toThrow(message);
  });

  it.each([
    [['yes', 'no', 'yes'], 'data.labels: names `yes` twice'],
    [['yes'], 'data.labels: the number of classes is 1'],
    [Array.from({ length: 257 }, (_, i) => `word ${i}`), 'data.labels: the number of classes is 257'],
  ])('is refused with the labels %j', async (labels, message) => {
    await expect(load(writeManifest(HEADER, LINES), { labels })).rejects.toThrow(message);
  });

  it('is refused with an empty class, a missing file or none at all', async () => {
    const folder = writeManifest(HEADER, LINES);
    const empty = load(folder, { labels: ['yes', 'maybe'] });
    await expect(empty).rejects.toMatchObject({ code: 'class-empty', exitCode: 2 });
    await expect(empty).rejects.toThrow('the class `maybe` has no recordings');
    rmSync(join(folder, 'val/no.wav'));
    await expect(load(folder)).rejects.toThrow(`${join(folder, 'val/no.wav')}: no such file`);
    await expect(load(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

// The archive of recordings is unpacked by whoever wants this checked; the manifest alone shows the counts.
const manifest = sharedData('gsc12', 'manifest.csv');

describe.skipIf(!manifest)('the Speech Commands part', () => {
  it('loads with its splits', async () => {
    const folder = temporaryFolder();
    const lines = readFileSync(manifest!, 'utf8').trim().split('\n');
    for (const line of lines.slice(1)) writeRecording(join(folder, line.split(',')[0]!), tone(440, 16000, 0.01));
    writeFileSync(join(folder, 'manifest.csv'), lines.map((line) => line.replace(/,[^,]*$/, '')).join('\n'));
    const { clips, labels, notices } = await load(folder);
    const count = (split: string) => clips.filter((clip) => clip.split === split).length;
    expect([count('train'), count('val'), count('test')]).toEqual([2784, 406, 802]);
    expect(labels.slice(-2)).toEqual(['_silence_', '_unknown_']);
    expect(notices).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
