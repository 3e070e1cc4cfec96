// Scores against figures that others published, and against ones that can be counted by hand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { argmax, averaged, median, normalized, rocAuc, rocAucOfClasses } from '../../device/mlperf_scores.js';
import { sharedData } from '../shared.js';

describe('the area under the ROC curve', () => {
  it('counts pairs in order, and ties half', () => {
    expect(rocAuc([1, 2, 3, 4], [false, false, true, true])).toBe(1);
    expect(rocAuc([4, 3, 2, 1], [false, false, true, true])).toBe(0);
    expect(rocAuc([1, 3, 2, 4], [false, false, true, true])).toBe(0.75);
    expect(rocAuc([7, 7, 7, 8], [false, true, true, false])).toBe(0.25);
    expect(rocAuc([5, 5], [true, false])).toBe(0.5);
  });

  it('needs both kinds', () => {
    expect(rocAuc([1, 2], [true, true])).toBeUndefined();
    expect(rocAuc([], [])).toBeUndefined();
    expect(rocAucOfClasses([[0.1, 0.9]], [1])).toBeUndefined();
  });

  it('of two classes is that of either', () => {
    const scores = [0.1, 0.4, 0.35, 0.8].map((p) => [1 - p, p]);
    expect(rocAucOfClasses(scores, [0, 0, 1, 1])).toBe(0.75);
  });

  const published = sharedData('mlperf-ad01-scores', 'published.csv');
  const scores = sharedData('mlperf-ad01-scores', 'scores.csv');
  it.skipIf(!published || !scores)('is what MLPerf Tiny published of its reference for anomaly detection', () => {
    const table = (path: string) => readFileSync(path, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')); // prettier-ignore
    const clips = table(scores!);
    for (const [model, machine, auc] of table(published!)) {
      if (machine === 'Average') continue;
      const rows = clips.filter(([m, id]) => m === model && id === machine);
      const ours = rocAuc(rows.map((row) => Number(row[4])), rows.map((row) => row[3] === '1')); // prettier-ignore
      expect(ours, `${model} ${machine}`).toBeCloseTo(Number(auc), 9);
    }
  });
});

describe('scores', () => {
  it('sum to one, where they sum to anything', () => {
    expect(normalized([1, 3])).toEqual([0.25, 0.75]);
    expect(normalized([0, 0])).toEqual([0, 0]);
  });

  it('have a mean, a first highest and a middle', () => {
    expect(averaged([[1, 2], [3, 6]])).toEqual([2, 4]); // prettier-ignore
    expect(argmax([0, 5, 5, 1])).toBe(1);
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
