// Streams are judged as wake words are: words missed against false accepts in an hour, with intervals by speaker.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { bootstrapRates } from '../../trainer/detection/bootstrap.js';
import {
  choosePoint,
  detect,
  operatingPoints,
  type PosteriorStream,
} from '../../trainer/detection/operating_points.js';
import { NEVER, type DetectionSpec } from '../../trainer/detection/spec.js';
import { ratesOf, scoreStream, total, type Segment } from '../../trainer/detection/stream_score.js';

const SEGMENTS: Segment[] = [
  { start: 0, end: 10, source: 'noise', keyword: undefined },
  { start: 10, end: 11, source: 'ann', keyword: 1 },
  { start: 11, end: 20, source: 'ann', keyword: undefined },
  { start: 20, end: 21, source: 'bob', keyword: 2 },
];
const score = (...detections: [seconds: number, keyword: number][]) =>
  scoreStream(
    SEGMENTS,
    detections.map(([seconds, keyword]) => ({ seconds, keyword })),
    0.5,
  );

describe('scoreStream', () => {
  it('counts words, those missed, and the time of each source', () => {
    expect(Object.fromEntries(score())).toEqual({
      noise: { words: 0, falseRejects: 0, falseAccepts: 0, seconds: 10 },
      ann: { words: 1, falseRejects: 1, falseAccepts: 0, seconds: 10 },
      bob: { words: 1, falseRejects: 1, falseAccepts: 0, seconds: 1 },
    });
  });

  it.each([
    ['in the word', [10.2, 1], 1, 0],
    ['within the tolerance', [11.5, 1], 1, 0],
    ['behind it', [11.6, 1], 2, 1],
    ['before the word', [9.9, 1], 2, 1],
    ['of another class', [10.5, 2], 2, 1],
  ] as const)('takes a detection %s', (_, [seconds, keyword], falseRejects, falseAccepts) => {
    const sum = total(score([seconds, keyword]).values());
    expect(sum).toEqual({ words: 2, falseRejects, falseAccepts, seconds: 21 });
  });

  it('takes the second detection of a word for a false one, where it came', () => {
    expect(score([10.5, 1], [11.2, 1]).get('ann')).toEqual({ words: 1, falseRejects: 0, falseAccepts: 1, seconds: 10 });
  });

  it('gives rates', () => {
    expect(ratesOf({ words: 8, falseRejects: 2, falseAccepts: 3, seconds: 7200 })).toEqual({
      ...{ falseRejects: 0.25, falseAccepts: 1.5 },
    });
  });
});

describe('bootstrapRates', () => {
  const tally = (falseRejects: number) => ({ words: 10, falseRejects, falseAccepts: 1, seconds: 3600 });

  it('has no width where all speakers are alike', () => {
    expect(bootstrapRates([tally(2), tally(2), tally(2)])).toEqual({ falseRejects: [0.2, 0.2], falseAccepts: [1, 1] });
  });

  it('has the width of the mean of as many speakers', () => {
    const speakers = Array.from({ length: 100 }, (_, i) => tally(i % 2 === 0 ? 0 : 10));
    const [low, high] = bootstrapRates(speakers).falseRejects;
    expect(low).toBeCloseTo(0.5 - 1.96 * 0.05, 1);
    expect(high).toBeCloseTo(0.5 + 1.96 * 0.05, 1);
    expect(bootstrapRates(speakers)).toEqual(bootstrapRates(speakers));
  });

  it('draws noise without words, too', () => {
    const noise = { words: 0, falseRejects: 0, falseAccepts: 4, seconds: 3600 };
    const { falseRejects, falseAccepts } = bootstrapRates([tally(5), noise]);
    expect(falseRejects).toEqual([0.5, 0.5]);
    expect(falseAccepts).toEqual([1, 4]);
  });
});

describe('operating points', () => {
  const spec: DetectionSpec = {
    ...{ smoothing: 2, thresholds: [NEVER, 128], refractory: 5, gate: { level: 0, hold: 0 } },
  };
  /** 40 words of 1 s in 400 s; the keyword's posterior is around 200 in words, around 80 elsewhere. */
  const stream: PosteriorStream = {
    ...{ stepSeconds: 0.25, tolerance: 0.5 },
    segments: Array.from({ length: 80 }, (_, i) => {
      const start = 10 * Math.floor(i / 2) + 9 * (i % 2);
      return { start, end: start + (i % 2 ? 1 : 9), source: `speaker ${i % 8}`, keyword: i % 2 ? 1 : undefined };
    }),
    steps: noisySteps(new Random(3)),
  };

  function noisySteps(random: Random): Int8Array[] {
    return Array.from({ length: 1600 }, (_, i) => {
      const level = (i % 40 >= 36 ? 200 : 80) + 50 * random.normal();
      return Int8Array.of(0, Math.max(-128, Math.min(127, Math.round(level) - 128)));
    });
  }

  it('times a detection by the end of its step', () => {
    const steps = [undefined, Int8Array.of(-128, 127), Int8Array.of(-128, 127)];
    expect(detect(spec, { ...stream, steps })).toEqual([{ seconds: 0.75, keyword: 1 }]);
  });

  it('trade false accepts for false rejects', () => {
    const points = operatingPoints(spec, stream, [60, 140, 150, 230]);
    const [low, middle, , high] = points;
    expect(low!.falseAccepts).toBeGreaterThan(1000);
    expect(middle!.falseRejects).toBeLessThan(0.3);
    expect(high!.falseRejects).toBeGreaterThan(0.3);
    expect(high!.falseAccepts).toBe(0);
  });

  it('the one chosen misses the fewest words of those that are allowed', () => {
    const points = operatingPoints(spec, stream);
    const chosen = choosePoint(points, 0.5);
    expect(chosen.falseAccepts).toBeLessThanOrEqual(0.5);
    const better = points.filter((point) => point.falseRejects < chosen.falseRejects);
    expect(better.length).toBeGreaterThan(0);
    expect(better.every(({ falseAccepts }) => falseAccepts > 0.5)).toBe(true);
  });

  it('says where none is allowed', () => {
    const points = operatingPoints(spec, stream, [10]);
    expect(() => choosePoint(points, 0.5)).toThrow(/none gives at most 0\.5 false accepts an hour; the fewest are/);
  });
});
