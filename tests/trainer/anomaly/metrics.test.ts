// The figures of an evaluation, on cases small enough to count by hand.
import { describe, expect, it } from 'vitest';
import { evaluateEvents, intervals } from '../../../trainer/anomaly/metrics/events.js';
import { bestThreshold, learningRows, NAB_PROFILES, nabScore } from '../../../trainer/anomaly/metrics/nab.js';
import { countPoints, pointRates } from '../../../trainer/anomaly/metrics/points.js';
import { auc, partialAuc, rocCurve } from '../../../trainer/anomaly/metrics/roc.js';
import { evaluateChangePoints, evaluateOutliers } from '../../../trainer/anomaly/metrics/skab.js';

describe('areas under the ROC curve', () => {
  it('counts pairs in the right order, and half of those that are equal', () => {
    expect(auc([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(auc([1, 3, 2, 4], [0, 0, 1, 1])).toBe(0.75);
    expect(auc([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
    expect(auc([5, 5, 5, 5], [0, 1, 0, 1])).toBe(0.5);
  });

  it('has a point for each threshold that changes something', () => {
    expect(rocCurve([1, 2, 2, 3], [0, 0, 1, 1])).toEqual({
      falsePositiveRate: [0, 0, 0.5, 1],
      truePositiveRate: [0, 0.5, 1, 1],
    });
  });

  it('standardises a part: chance is 0.5, perfect is 1', () => {
    expect(partialAuc([5, 5, 5, 5], [0, 1, 0, 1], 0.1)).toBeCloseTo(0.5, 12);
    expect(partialAuc([1, 2, 3, 4], [0, 0, 1, 1], 0.1)).toBeCloseTo(1, 12);
    // Half of the anomalies found before any false alarm: an area of 0.5 × 0.2 between 0.02 and 0.2.
    expect(partialAuc([4, 3, 2, 1], [1, 0, 1, 0], 0.2)).toBeCloseTo((1 + (0.1 - 0.02) / 0.18) / 2, 12);
    expect(partialAuc([1, 3, 2, 4], [0, 0, 1, 1], 1)).toBeCloseTo(0.75, 12);
  });

  it('refuses what has no curve', () => {
    expect(() => auc([1, 2], [1, 1])).toThrow('2 of 2 are anomalies, and both kinds are needed');
    expect(() => auc([1, NaN], [0, 1])).toThrow('score 1: it is not a number');
  });
});

describe('rows', () => {
  it('are counted by what was said and what is', () => {
    const counts = countPoints([1, 1, 0, 0, 1], [1, 0, 1, 0, 1]);
    expect(counts).toEqual({ truePositives: 2, falsePositives: 1, falseNegatives: 1, trueNegatives: 1 });
    expect(pointRates(counts)).toEqual({ f1: 4 / 6, falseAlarmRate: 0.5, missedAlarmRate: 1 / 3 });
  });

  it('of the training part do not count in SKAB’s protocol, and recordings are added up', () => {
    const protocol = { trainingRows: 2, changePointWindow: 1 };
    const recordings = [
      { predicted: [1, 1, 1, 0], anomaly: [0, 0, 1, 1] },
      { predicted: [0, 0, 1, 0], anomaly: [0, 0, 0, 0] },
    ];
    expect(evaluateOutliers(recordings, protocol)).toMatchObject({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 1,
    });
  });
});

describe('events', () => {
  it('are runs of rows', () => {
    expect(intervals([1, 0, 1, 1, 0, 1])).toEqual([
      { begin: 0, end: 1 },
      { begin: 2, end: 4 },
      { begin: 5, end: 6 },
    ]);
  });

  it('are detected by any overlap, late by the rows until then', () => {
    const truth = [0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1];
    const alarm = [1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0];
    // Six normal rows of four hours are a day, with two false alarms.
    expect(evaluateEvents(alarm, truth, 4 * 3600)).toEqual({
      events: 3,
      detected: 2,
      recall: 2 / 3,
      delays: [1, 0],
      falseAlarms: 2,
      falseAlarmsPerDay: 2,
    });
  });
});

describe('NAB', () => {
  const { standard, lowFalsePositive, lowFalseNegative } = NAB_PROFILES;
  const windows = [{ begin: 20, end: 30 }];
  const at = (...rows: number[]) => [
    { scores: Array.from({ length: 100 }, (_, i) => (rows.includes(i) ? 1 : 0)), windows, ignoredRows: 10 },
  ];

  it('gives 0 for silence and 100 for the first row of the window', () => {
    for (const profile of Object.values(NAB_PROFILES)) {
      expect(nabScore(at(), profile, 0.5)).toBe(0);
      expect(nabScore(at(20), profile, 0.5)).toBeCloseTo(100, 12);
    }
  });

  it('gives less for later rows, and counts the earliest alone', () => {
    const halfway = (2 / (1 + Math.exp(-2.5)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    expect(nabScore(at(25), standard, 0.5)).toBeCloseTo(50 * (1 + halfway), 12);
    expect(nabScore(at(25, 27), standard, 0.5)).toBeCloseTo(50 * (1 + halfway), 12);
  });

  it('takes off for alarms outside: all of A_fp before the window and far behind it, little just behind it', () => {
    expect(nabScore(at(15, 20), standard, 0.5)).toBeCloseTo(100 - 50 * 0.11, 12);
    expect(nabScore(at(15, 20), lowFalsePositive, 0.5)).toBeCloseTo(100 - 50 * 0.22, 12);
    expect(nabScore(at(15, 20), lowFalseNegative, 0.5)).toBeCloseTo(100 - (100 / 3) * 0.11, 12);
    expect(nabScore(at(20, 99), standard, 0.5)).toBeCloseTo(100 - 50 * 0.11, 12);
    const near = 1 - 2 / (1 + Math.exp(5 / 9));
    expect(nabScore(at(20, 30), standard, 0.5)).toBeCloseTo(100 - 50 * 0.11 * near, 12);
  });

  it('does not look at the learning period', () => {
    expect(nabScore(at(3, 20), standard, 0.5)).toBeCloseTo(100, 12);
    expect([learningRows(1000), learningRows(4999), learningRows(20000)]).toEqual([150, 749, 750]);
  });

  it('finds the threshold that gives most', () => {
    const series = [{ scores: [0, 0.2, 0.9, 0.5, 0.8, 0.1], windows: [{ begin: 3, end: 5 }], ignoredRows: 1 }];
    const { threshold, score } = bestThreshold(series, standard);
    expect(threshold).toBe(0.5);
    expect(score).toBe(nabScore(series, standard, 0.5));
  });

  it('scores change points with a window to the right of each', () => {
    const changePoint = Array.from({ length: 40 }, (_, i) => (i === 10 || i === 25 ? 1 : 0));
    const protocol = { trainingRows: 5, changePointWindow: 10 };
    expect(evaluateChangePoints([{ predicted: changePoint, changePoint }], protocol).standard).toBeCloseTo(100, 12);
    const silent = changePoint.map(() => 0);
    expect(evaluateChangePoints([{ predicted: silent, changePoint }], protocol).standard).toBe(0);
  });
});
