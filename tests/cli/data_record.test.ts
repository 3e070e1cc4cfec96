// `kiln data record` and `kiln data mine`: words are found in long recordings, and what comes of them is what training reads.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { main } from '../../cli/main.js';
import { loadDataset } from '../../trainer/datasets/dataset.js';
import { clipAround, utterancesOf } from '../../trainer/datasets/utterances.js';
import { encodeWav, readWav } from '../../trainer/datasets/wav.js';
import { mine } from '../../trainer/detection/mining.js';
import { NEVER } from '../../trainer/detection/spec.js';
import { MICRO_SPEECH } from '../../trainer/frontend/micro_frontend.js';
import { temporaryFolder, tone } from '../trainer/recordings.js';
import { kiln } from './kiln.js';

const RATE = 16000;

/** Quiet with words of so many seconds at these times. */
function recording(seconds: number, words: readonly (readonly [at: number, long: number])[], noise = 20): Int16Array {
  const random = new Random(1);
  const samples = Int16Array.from({ length: seconds * RATE }, () => Math.round(noise * random.normal()));
  for (const [at, long] of words) samples.set(tone(400, RATE, long), Math.round(at * RATE));
  return samples;
}

const seconds = ({ start, end }: { start: number; end: number }) => [start / RATE, end / RATE];

describe('words in a long recording', () => {
  it('are where it is loud for as long as a word takes', () => {
    const words = [
      [1, 0.4],
      [3, 0.3],
      [3.4, 0.2],
      [5, 0.04],
      [6, 1.4],
    ] as const;
    const found = utterancesOf(recording(8, words), RATE).map(seconds);
    expect(found).toEqual([
      [1, expect.closeTo(1.4, 1)],
      [3, expect.closeTo(3.6, 1)],
      [6, expect.closeTo(7.4, 1)],
    ]);
  });

  it('are none where nothing is said, or it is loud throughout', () => {
    expect(utterancesOf(recording(4, []), RATE)).toEqual([]);
    expect(utterancesOf(new Int16Array(0), RATE)).toEqual([]);
    expect(utterancesOf(tone(400, RATE, 4), RATE)).toEqual([]);
  });

  it('stand in the middle of their clips; of a long one the loudest second does', () => {
    const samples = recording(6, [[2, 0.4]]);
    expect(clipAround({ start: 2 * RATE, end: 2.4 * RATE }, samples, RATE)).toBe(1.7 * RATE);
    const long = recording(6, []);
    long.set(tone(400, RATE, 1), 3.5 * RATE);
    const start = clipAround({ start: 2 * RATE, end: 5 * RATE }, long, RATE);
    expect(Math.abs(start / RATE - 3.5)).toBeLessThan(0.01);
  });
});

describe('kiln data record', () => {
  const CONFIG = (source: string) => `name: words\ntask: classification\ndata: { source: ${source}, path: data }\n`;

  function project(source: string): string {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'kiln.yaml'), CONFIG(source));
    const samples = recording(6, [
      [1, 0.4],
      [3, 0.5],
    ]);
    writeFileSync(join(folder, 'long.wav'), encodeWav({ sampleRate: RATE, samples }));
    return folder;
  }

  const record = (folder: string, label: string, speaker: string) =>
    kiln('data', 'record', join(folder, 'long.wav'), '--label', label, '--speaker', speaker, '-C', folder, '--json');

  it('writes what a folder of words is read from, and overwrites nothing', async () => {
    const folder = project('speech-folder');
    for (const speaker of ['anna', 'anna', 'bert', 'carl']) {
      for (const label of ['yes', 'no']) expect((await record(folder, label, speaker)).code).toBe(0);
    }
    const { clips, labels } = await loadDataset({ source: 'speech-folder', path: join(folder, 'data'), seed: 1 });
    expect(labels).toEqual(['no', 'yes']);
    expect(clips).toHaveLength(16);
    const { samples } = readWav(readFileSync(join(folder, 'data/yes/anna_nohash_3.wav')), 'clip');
    expect(samples).toHaveLength(RATE);
    expect(utterancesOf(samples, RATE).map(seconds)).toEqual([[expect.closeTo(0.25, 1), expect.closeTo(0.75, 1)]]);
  });

  it('lists them in a manifest, with its columns', async () => {
    const folder = project('manifest');
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'manifest.csv'), 'speaker,label,path,split\n');
    expect((await record(folder, 'yes', 'anna')).code).toBe(0);
    expect(readFileSync(join(folder, 'data', 'manifest.csv'), 'utf8')).toBe(
      'speaker,label,path,split\nanna,yes,yes/anna_nohash_0.wav,train\nanna,yes,yes/anna_nohash_1.wav,train\n',
    );
  });

  it('takes samples from a pipe', async () => {
    const folder = project('speech-folder');
    const stdin = Readable.from([
      readFileSync(join(folder, 'long.wav')).subarray(44, 50_001),
      readFileSync(join(folder, 'long.wav')).subarray(50_001),
    ]);
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    const shell = { cwd: folder, stdin, stdout: nowhere(), stderr: nowhere(), env: {} };
    expect(await main(['data', 'record', '-', '--label', 'yes', '--speaker', 'anna', '-C', folder], shell)).toBe(0);
    expect(existsSync(join(folder, 'data/yes/anna_nohash_1.wav'))).toBe(true);
  });

  it.each([
    [['no-such.wav', '--label', 'yes', '--speaker', 'anna'], /no-such\.wav: no such file/],
    [['long.wav', '--label', '../yes', '--speaker', 'anna'], /cannot stand in a file's name/],
    [['long.wav', '--label', 'yes'], /speaker/],
    [['-', '--label', 'yes', '--speaker', 'anna'], /nothing is piped into it/],
    [['data', '--label', 'yes', '--speaker', 'anna'], /it holds no \.wav file/],
  ])('refuses %j', async ([source, ...options], message) => {
    const folder = project('speech-folder');
    mkdirSync(join(folder, 'data'));
    const path = source === '-' ? source : join(folder, source!);
    const { code, err } = await kiln('data', 'record', path, ...options, '-C', folder);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('fails a check where no word is found', async () => {
    const folder = project('speech-folder');
    writeFileSync(join(folder, 'long.wav'), encodeWav({ sampleRate: RATE, samples: recording(4, []) }));
    expect((await record(folder, 'yes', 'anna')).code).toBe(1);
  });
});

describe('mining', () => {
  /** Hears a keyword wherever the newest frames are louder than the oldest of its window. */
  const model = {
    infer(input: Int8Array): Int8Array {
      const sum = (values: Int8Array) => values.reduce((total, value) => total + value, 0);
      const loud = sum(input.subarray(-400)) > sum(input.subarray(0, 400)) + 8000;
      return Int8Array.of(loud ? 127 : -128, loud ? -128 : 127);
    },
  };
  const spec = {
    frontend: MICRO_SPEECH,
    detection: { smoothing: 2, thresholds: [128, NEVER], refractory: 20, gate: { level: 0, hold: 0 } },
    ...{ frames: 49, framesPerStep: 5 },
  };

  it('gives the second before each false accept, at the recording’s edges too', () => {
    const found = [
      ...mine(
        spec,
        model,
        recording(
          8,
          [
            [0, 0.5],
            [4, 0.5],
          ],
          0,
        ),
      ),
    ];
    expect(found).toHaveLength(2);
    for (const [i, word] of [0, 4].entries()) {
      expect(found[i]!.keyword).toBe(0);
      expect(found[i]!.start / RATE).toBeGreaterThan(word - 1);
      expect(found[i]!.start / RATE).toBeLessThan(word);
    }
  });

  it('gives nothing where nothing is heard', () => {
    expect([...mine(spec, model, recording(4, [], 0))]).toEqual([]);
  });
});
