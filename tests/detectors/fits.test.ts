// What training finds is right: integers stay near the formula in real numbers, and faults score higher than what is normal.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { alarm } from '../../converter/detectors/alarm.js';
import { cusum } from '../../converter/detectors/cusum.js';
import { scoreAll, type Detector } from '../../converter/detectors/detector.js';
import { ewmaChart } from '../../converter/detectors/ewma_chart.js';
import { forest } from '../../converter/detectors/forest.js';
import { quadratic } from '../../converter/detectors/quadratic.js';
import { record } from '../../converter/detectors/record.js';
import { rules } from '../../converter/detectors/rules.js';
import { windowedGaussian } from '../../converter/detectors/windowed_gaussian.js';
import { fitCusum } from '../../trainer/anomaly/detectors/cusum.js';
import { fitDecisionTree, fitRandomForest } from '../../trainer/anomaly/detectors/decision_trees.js';
import { fitEwmaChart } from '../../trainer/anomaly/detectors/ewma_chart.js';
import { fitGaussianMixture } from '../../trainer/anomaly/detectors/gaussian_mixture.js';
import { fitIsolationForest } from '../../trainer/anomaly/detectors/isolation_forest.js';
import { fitKMeans } from '../../trainer/anomaly/detectors/k_means.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { fitNaiveBayes } from '../../trainer/anomaly/detectors/naive_bayes.js';
import { fitPca } from '../../trainer/anomaly/detectors/pca.js';
import { covarianceOf, eigenpairs, meanOf } from '../../trainer/anomaly/linear_algebra.js';
import { auc } from '../../trainer/anomaly/metrics/roc.js';
import { FEATURES, normalVectors } from './cases.js';

const train = normalVectors(600, 11);
const test = normalVectors(200, 12);
/** Each feature in its usual range, but not together: what only a model of their correlation sees. */
const faults = test.map((vector, i) => {
  const other = test[(i + 77) % test.length]!;
  return Int16Array.of(vector[0]!, other[1]! + (i % 2 ? 900 : -900), vector[2]!, vector[3]!);
});

function ranking(detector: Detector): number {
  const examples = [...test, ...faults];
  return auc(
    scoreAll(detector, examples),
    examples.map((_, i) => (i < test.length ? 0 : 1)),
  );
}

/** Squared Mahalanobis distance by Gauss' elimination. */
function mahalanobis(examples: readonly Int16Array[], vector: Int16Array): number {
  const mean = meanOf(examples);
  const rows = covarianceOf(examples, mean).map((row, i) => [...row, vector[i]! - mean[i]!]);
  rows.forEach((row, i) => {
    for (const other of rows) {
      if (other === row) continue;
      const factor = other[i]! / row[i]!;
      row.forEach((value, k) => (other[k]! -= factor * value));
    }
  });
  return rows.reduce((sum, row, i) => sum + (row.at(-1)! / row[i]!) * (vector[i]! - mean[i]!), 0);
}

describe('quadratic detectors', () => {
  it('are Mahalanobis’ distance within 5 %, which is the regularisation’s', () => {
    const { scoreBits, ...detector } = quadratic(fitMahalanobis(train));
    const scores = scoreAll({ scoreBits, ...detector }, faults);
    faults.forEach((fault, i) => {
      const exact = mahalanobis(train, fault);
      expect(Math.abs(scores[i]! / 2 ** scoreBits - exact)).toBeLessThan(0.05 * exact + 0.05);
    });
  });

  it.each([
    ['a mixture', quadratic(fitGaussianMixture(train, { components: 2, seed: 1, shrinkage: 0.01 })), 0.97],
    ['T² and Q', quadratic(fitPca(train, { explained: 0.8 })), 0.85],
    ['k-means', quadratic(fitKMeans(train, { centres: 8, seed: 1 })), 0.8],
  ])('%s ranks faults above normal vectors', (_, detector, least) => {
    expect(ranking(detector)).toBeGreaterThan(least);
  });

  it('fits the same mixture from the same seed, another from another', () => {
    const fit = (seed: number) => fitGaussianMixture(train, { components: 3, seed });
    expect(fit(1)).toEqual(fit(1));
    expect(fit(1)).not.toEqual(fit(2));
  });

  it('keeps most normal examples below T² and Q of 1, each as often as asked for', () => {
    const scores = scoreAll(quadratic(fitPca(train, { coverage: 0.9 })), train);
    const within = scores.filter((score) => score <= 256).length / train.length;
    expect(within).toBeGreaterThan(0.78);
    expect(within).toBeLessThan(0.92);
  });

  it('refuses maps that are too steep, and too many features', () => {
    const steep = { centre: [0], rows: [{ start: 0, entries: [200] }], offset: 0 };
    expect(() => quadratic({ kind: 'quadratic', output: 'least', forms: [steep] })).toThrow(
      'a deviation of 1 is 200 spreads',
    );
    const wide = { centre: new Array<number>(256).fill(0), rows: [], offset: 0 };
    expect(() => quadratic({ kind: 'quadratic', output: 'least', forms: [wide] })).toThrow('256 features');
  });

  it('refuses to be fitted to one example', () => {
    expect(() => fitMahalanobis(train.slice(0, 1))).toThrow('1 normal examples, and at least 2 are needed');
  });
});

describe('eigenpairs', () => {
  it('give the matrix back', () => {
    const matrix = covarianceOf(train, meanOf(train));
    const pairs = eigenpairs(matrix);
    expect(pairs.map(({ value }) => value)).toEqual(pairs.map(({ value }) => value).sort((a, b) => b - a));
    matrix.forEach((row, i) =>
      row.forEach((value, j) => {
        const again = pairs.reduce((sum, pair) => sum + pair.value * pair.vector[i]! * pair.vector[j]!, 0);
        expect(again).toBeCloseTo(value, 4);
      }),
    );
  });
});

describe('classifiers', () => {
  const label = (vector: Int16Array) => (vector[0]! > 1500 ? 1 : 0);
  const labels = train.map(label);
  const options = { depth: 4, leaf: 5 };

  it.each([
    ['naive Bayes', quadratic(fitNaiveBayes(train, labels, 2))],
    ['a decision tree', forest(fitDecisionTree(train, labels, 2, options), FEATURES)],
    ['a random forest', forest(fitRandomForest(train, labels, 2, { ...options, trees: 15, seed: 1 }), FEATURES)],
  ])('%s tells the modes apart', (_, detector) => {
    const scores = scoreAll(detector, test);
    const right = test.filter((vector, i) => (scores[2 * i + 1]! > scores[2 * i]! ? 1 : 0) === label(vector));
    expect(right.length / test.length).toBeGreaterThan(0.98);
  });

  it('grows no leaf smaller than asked for', () => {
    const { trees } = fitDecisionTree(train, labels, 2, { depth: 20, leaf: 400 });
    expect(trees).toEqual([{ values: [expect.any(Number) as number, expect.any(Number) as number] }]);
  });
});

describe('isolation forest', () => {
  it('ranks what is far from all above what is not', () => {
    const detector = forest(fitIsolationForest(train, { trees: 50, seed: 1 }), FEATURES);
    const far = test.map((vector) => vector.map((value, i) => value + (i === 2 ? 6000 : 0)));
    const scores = scoreAll(detector, [...test, ...far]);
    expect(
      auc(
        scores,
        [...test, ...far].map((_, i) => (i < test.length ? 0 : 1)),
      ),
    ).toBeGreaterThan(0.95);
  });

  it('grows the same trees from the same seed, others from another', () => {
    const grow = (seed: number) => fitIsolationForest(train, { trees: 3, seed });
    expect(grow(1)).toEqual(grow(1));
    expect(grow(1)).not.toEqual(grow(2));
  });
});

describe('streaming detectors', () => {
  const random = new Random(13);
  const noise = (count: number, mean: number) =>
    Array.from({ length: count }, () => Int16Array.of(mean + 100 * random.normal()));
  const normal = noise(500, 1000);

  it('find a shift of one spread that single samples do not show', () => {
    const stream = [...noise(300, 1000), ...noise(100, 1100)];
    for (const detector of [cusum(fitCusum(normal)), ewmaChart(fitEwmaChart(normal, { smoothing: 0.05 }))]) {
      const scores = scoreAll(detector, stream);
      const quiet = Math.max(...scores.subarray(0, 300));
      expect(Math.max(...scores.subarray(330, 400))).toBeGreaterThan(1.3 * quiet);
    }
  });

  it('leaves a channel out that is to be ignored', () => {
    const detector = ewmaChart(fitEwmaChart(normal, { smoothing: 0.5, ignore: [0] }));
    expect([...scoreAll(detector, [Int16Array.of(32767)])]).toEqual([0]);
  });

  it('measures a sample in the deviations of those before it', () => {
    const detector = windowedGaussian({ kind: 'windowed-gaussian', window: 4 });
    const scores = scoreAll(
      detector,
      [-10, 10, -10, 10, 30].map((value) => Int16Array.of(value)),
    );
    expect([...scores]).toEqual([0, 0, 0, 0, 9 * 16]);
    expect(() => windowedGaussian({ kind: 'windowed-gaussian', window: 513 })).toThrow('a window of 513 samples');
  });

  it('reports records in units of the range so far, and lower ones after it only when the hold-off is over', () => {
    const options = { warmUp: 2, fastBits: 1, slowBits: 1, changeBits: 1, bandWeight: 0, changeWeight: 0, holdOff: 3 };
    const stream = [0, 100, 50, 150, 160, 10, 20, 170].map((value) => Int32Array.of(value));
    const scores = [...scoreAll(record({ kind: 'record', ...options }), stream)].map((score) => score / 65536);
    expect(scores.map((score) => Number(score.toFixed(3)))).toEqual([0, 0, 0, 0.5, 0, 0, 0, 0.063]);
  });
});

describe('rules', () => {
  const certain = (...certainties: number[]) => {
    const conditions = [{ feature: 0, from: 0, to: 100 }];
    const all = certainties.map((certainty) => ({ conditions, conclusion: 0, certainty }));
    return rules({ kind: 'rules', features: 1, conclusions: 1, rules: all });
  };
  const certainty = (detector: Detector, value: number) =>
    scoreAll(detector, [Int16Array.of(value)])[0]! / 2 ** detector.scoreBits;

  it('are as certain as their condition is met', () => {
    expect([-50, 0, 25, 100, 900].map((value) => certainty(certain(0.8), value))).toEqual(
      [0, 0, 0.2, 0.8, 0.8].map((value) => expect.closeTo(value, 3) as number),
    );
  });

  it('add to each other, and take from each other, as MYCIN has it', () => {
    expect(certainty(certain(0.6, 0.5), 100)).toBeCloseTo(0.8, 3);
    expect(certainty(certain(-0.6, -0.5), 100)).toBeCloseTo(-0.8, 3);
    expect(certainty(certain(0.6, -0.2), 100)).toBeCloseTo(0.5, 3);
    expect(certainty(certain(1, -1), 100)).toBe(0);
  });

  it.each([
    [{ conditions: [], conclusion: 0, certainty: 1 }, '0 conditions'],
    [{ conditions: [{ feature: 1, from: 0, to: 1 }], conclusion: 0, certainty: 1 }, 'a feature beyond the last'],
    [
      { conditions: [{ feature: 0, from: 3, to: 3.2 }], conclusion: 0, certainty: 1 },
      'a condition that is met and not met at the same integer',
    ],
    [{ conditions: [{ feature: 0, from: 0, to: 1 }], conclusion: 1, certainty: 1 }, 'conclusion 1, and the last is 0'],
    [{ conditions: [{ feature: 0, from: 0, to: 1 }], conclusion: 0, certainty: 2 }, 'a certainty of 2'],
  ])('refuses %o', (rule, message) => {
    expect(() => rules({ kind: 'rules', features: 1, conclusions: 1, rules: [rule] })).toThrow(`rule 0: ${message}`);
  });
});

describe('alarms', () => {
  const follow = (options: { confirm: number; holdOff: number }, scores: number[]) => {
    const step = alarm({ raise: 10, clear: 5, ...options }, { scoreBits: 0 }).start();
    return scores.map((score) => (step(score) ? 1 : 0)).join('');
  };

  it('are raised above one threshold and end at another', () => {
    expect(follow({ confirm: 1, holdOff: 0 }, [10, 11, 8, 6, 5, 9, 12])).toBe('0111001');
  });

  it('wait until the score has been high for long enough', () => {
    expect(follow({ confirm: 3, holdOff: 0 }, [11, 11, 3, 11, 11, 11, 11])).toBe('0000011');
  });

  it('are not raised again during the hold-off', () => {
    expect(follow({ confirm: 1, holdOff: 2 }, [11, 4, 11, 11, 11])).toBe('10001');
  });
});
