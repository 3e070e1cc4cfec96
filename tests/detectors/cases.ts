// One program of each kind, and recordings for it that are made by formula: quiet, then faults, then what no sensor gives.
import type { DetectorProgram } from '../../converter/detectors/program.js';
import { Random } from '../../base/random.js';
import { alarm } from '../../converter/detectors/alarm.js';
import { cusum } from '../../converter/detectors/cusum.js';
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
import type { Input } from './compiled.js';

export const FEATURES = 4;

/** Two modes of correlated features, and one feature that hardly changes. */
export function normalVectors(count: number, seed: number): Int16Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const mode = random.integer(2) * 3000;
    const common = random.normal() * 400;
    return Int16Array.of(
      mode + common,
      mode / 2 + common + random.normal() * 60,
      random.normal() * 900,
      7 + random.integer(2),
    );
  });
}

/** Each feature anywhere in int16, its ends among it. */
export function wildVectors(count: number, seed: number): Int16Array[] {
  const random = new Random(seed);
  const any = () => [-32768, 32767, 0, random.integer(65536) - 32768][random.integer(4)]!;
  return Array.from({ length: count }, () => Int16Array.from({ length: FEATURES }, any));
}

const train = normalVectors(500, 1);
/** 1 for the upper mode, with mistakes, so that trees grow deep. */
export const modes = train.map(([first], i) => (first! > 1500 !== (i % 9 === 0) ? 1 : 0));
const vectors = [...normalVectors(100, 2), ...wildVectors(100, 3), ...normalVectors(50, 4)];

/** A wave with a step, spikes, and jumps from end to end. */
function series(limit: number): number[] {
  const random = new Random(5);
  return Array.from({ length: 700 }, (_, i) => {
    if (i > 600) return [limit, -limit - 1, 0][random.integer(3)]!;
    return Math.round(800 * Math.sin(i / 9) + 60 * random.normal() + (i > 300 ? 500 : 0) + (i % 97 === 50 ? 4000 : 0));
  });
}

const samples = series(32767).map((value) => Int16Array.of(value));
const words = series(2 ** 31 - 1).map((value) => Int32Array.of(value));

export interface Case {
  program: DetectorProgram;
  inputs: readonly Input[];
}

const pca = quadratic(fitPca(train));

export const CASES: Record<string, Case> = Object.fromEntries(
  [
    { name: 'mahalanobis', detector: quadratic(fitMahalanobis(train)) },
    { name: 'pca', detector: pca, alarm: alarm({ raise: 1.5, clear: 1, confirm: 2, holdOff: 5 }, pca) },
    { name: 'mixture', detector: quadratic(fitGaussianMixture(train, { components: 3, seed: 1 })) },
    { name: 'k_means', detector: quadratic(fitKMeans(train, { centres: 4, seed: 1 })) },
    { name: 'naive_bayes', detector: quadratic(fitNaiveBayes(train, modes, 2)) },
    { name: 'naive_bayes_odds', detector: quadratic({ ...fitNaiveBayes(train, modes, 2), output: 'odds' }) },
    { name: 'isolation', detector: forest(fitIsolationForest(train, { trees: 20, sample: 64, seed: 1 }), FEATURES) },
    { name: 'tree', detector: forest(fitDecisionTree(train, modes, 2, { depth: 4 }), FEATURES) },
    {
      name: 'random_forest',
      detector: forest(fitRandomForest(train, modes, 2, { trees: 10, depth: 4, seed: 1 }), FEATURES),
    },
    { name: 'ewma_chart', detector: ewmaChart(fitEwmaChart(train, { smoothing: 0.1, ignore: [2] })) },
    { name: 'cusum', detector: cusum(fitCusum(train)) },
    {
      name: 'rules',
      detector: rules({
        kind: 'rules',
        features: FEATURES,
        conclusions: 2,
        rules: [
          { conditions: [{ feature: 0, from: 0, to: 1000 }], conclusion: 0, certainty: 0.7 },
          { conditions: [{ feature: 1, from: 500, to: -500 }], conclusion: 0, certainty: -0.4 },
          {
            conditions: [
              { feature: 2, from: -32768, to: 32767 },
              { feature: 0, from: 10, to: 11 },
            ],
            conclusion: 0,
            certainty: 1,
          },
          { conditions: [{ feature: 3, from: 100, to: 50 }], conclusion: 1, certainty: -1 },
          { conditions: [{ feature: 2, from: 0, to: 500 }], conclusion: 1, certainty: 1 },
        ],
      }),
    },
  ]
    .map((program): [string, Case] => [program.name, { program, inputs: vectors }])
    .concat([
      [
        'windowed',
        {
          program: { name: 'windowed', detector: windowedGaussian({ kind: 'windowed-gaussian', window: 50 }) },
          inputs: samples,
        },
      ],
      [
        'record',
        {
          program: {
            name: 'record',
            detector: record({
              kind: 'record',
              warmUp: 20,
              fastBits: 3,
              slowBits: 6,
              changeBits: 4,
              bandWeight: 0.5,
              changeWeight: 1,
              holdOff: 8,
            }),
          },
          inputs: words,
        },
      ],
    ]),
);
