// Long streams out of clips, and a threshold for each keyword.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recordings } from '../../trainer/clip_audio.js';
import type { Clip } from '../../trainer/datasets/dataset.js';
import { bootstrapShare } from '../../trainer/detection/bootstrap.js';
import { keywordThresholds, ratesWith } from '../../trainer/detection/keyword_thresholds.js';
import { NEVER } from '../../trainer/detection/spec.js';
import { longStream } from '../../trainer/detection/stream_recipe.js';
import { writeRecording } from './recordings.js';

const LABELS = ['yes', 'no', '_silence_'];
const RATE = 16000;

describe('a long stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-long-'));
  const clip = (path: string, label: number, speaker: string): Clip => ({
    ...{ path, label, speaker, word: LABELS[label]!, split: 'test' },
  });
  const clips = [clip('yes.wav', 0, 'ann'), clip('no.wav', 1, 'bob'), clip('tap.wav', 2, '')];

  beforeAll(() => {
    clips.forEach(({ path }, i) =>
      writeRecording(
        join(folder, path),
        Int16Array.from({ length: RATE }, (_, t) => 8000 * Math.sin((t * (i + 1)) / 9)),
      ),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const options = { minutes: 1, seed: 2, sampleRate: RATE, labels: LABELS, keywords: new Map([['yes', 0]]) };
  const heard = (seed: number) => {
    const stream = longStream(clips, { ...options, seed });
    const pieces = [...stream.pieces(new Recordings(folder, RATE))];
    return { stream, samples: pieces.reduce((sum, { length }) => sum + length, 0), pieces };
  };

  it('is as long as was asked for, and as its segments say', () => {
    const { stream, samples } = heard(2);
    expect(stream.seconds).toBeGreaterThanOrEqual(60);
    expect(samples).toBe(Math.round(stream.seconds * RATE));
    expect(stream.segments.at(-1)!.end).toBe(stream.seconds);
    for (const [i, { start }] of stream.segments.slice(1).entries()) expect(start).toBe(stream.segments[i]!.end);
  });

  it('says every word as often, keywords among them, by their speakers', () => {
    const { segments, words } = heard(2).stream;
    const of = (source: string) => segments.filter((one) => one.source === source);
    expect(of('ann').length + of('bob').length).toBe(words);
    expect(Math.abs(of('ann').length - of('bob').length)).toBeLessThanOrEqual(1);
    expect(of('ann').every(({ keyword }) => keyword === 0)).toBe(true);
    expect(of('bob').every(({ keyword }) => keyword === undefined)).toBe(true);
  });

  it('is another for another seed, and the same for the same', () => {
    expect(heard(2).pieces).toEqual(heard(2).pieces);
    expect(heard(3).pieces).not.toEqual(heard(2).pieces);
  });

  it('has words that stand out of noise and quiet', () => {
    const { pieces, stream } = heard(2);
    const power = (piece: Int16Array) => piece.reduce((sum, x) => sum + x * x, 0) / piece.length;
    const [words, pauses] = [true, false].map((said) =>
      pieces.filter((_, i) => (stream.segments[i]!.source.length === 3) === said).map(power),
    );
    expect(Math.min(...words!)).toBeGreaterThan(4 * Math.max(...pauses!));
    expect(Math.max(...pauses!)).toBeGreaterThan(100 * Math.min(...pauses!));
  });

  it('needs a keyword', () => {
    expect(() => longStream(clips.slice(1), options)).toThrow(/none of its clips is one of the keywords/);
  });
});

describe('thresholds of keywords', () => {
  /** Ten seconds a word, of which the first posterior says how sure the model is. */
  const word = (keyword: number | undefined, first: number, second: number, i: number) => ({
    segment: { start: 10 * i, end: 10 * i + 10, source: `s${i}`, keyword },
    steps: [Int8Array.of(first - 128, second - 128), ...new Array<Int8Array>(9).fill(Int8Array.of(-128, -128))],
  });
  const words = [word(0, 100, 0, 0), word(1, 0, 220, 1), word(undefined, 60, 0, 2), word(undefined, 0, 200, 3)];
  const stream = {
    steps: words.flatMap(({ steps }) => steps),
    segments: words.map(({ segment }) => segment),
    ...{ stepSeconds: 1, tolerance: 0.5 },
  };
  const spec = { smoothing: 1, thresholds: [255, 255], refractory: 0, gate: { level: 0, hold: 0 } };

  it('are lowered one by one, as far as false accepts allow', () => {
    const thresholds = keywordThresholds(spec, stream, 216, 0);
    expect(ratesWith({ ...spec, thresholds }, stream)).toEqual({ falseRejects: 0, falseAccepts: 0 });
    expect(thresholds[0]).toBeGreaterThan(60);
    expect(thresholds[0]).toBeLessThanOrEqual(100);
    expect(thresholds[1]).toBeGreaterThan(200);
    expect(thresholds[1]).toBeLessThanOrEqual(220);
  });

  it('leave out what is no keyword', () => {
    expect(keywordThresholds({ ...spec, thresholds: [NEVER, 255] }, stream, 216, 0)[0]).toBe(NEVER);
  });
});

describe('the interval of a share', () => {
  it('encloses it, and is a point where all sources are alike', () => {
    const [low, high] = bootstrapShare([1, 0, 1, 1, 0, 1].map((part) => ({ part, whole: 1 })));
    expect(low).toBeLessThan(4 / 6);
    expect(high).toBeGreaterThan(4 / 6);
    expect(bootstrapShare([1, 2, 3].map((n) => ({ part: n, whole: 2 * n })))).toEqual([0.5, 0.5]);
  });
});
