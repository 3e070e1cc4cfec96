// Detectors of every kind with recordings made by formula: what they cost follows from their sizes alone.
import { Random } from '../dist/base/random.js';
import { axisMeans } from '../dist/base/drift.js';
import { alarm } from '../dist/converter/detectors/alarm.js';
import { scoreAll } from '../dist/converter/detectors/detector.js';
import { sensorFrontEnd, wideSamples } from '../dist/converter/detectors/sensor_front_end.js';
import { detectorOf } from '../dist/converter/detectors/table.js';
import { drift } from '../dist/converter/drift/drift.js';
import { fitCusum } from '../dist/trainer/anomaly/detectors/cusum.js';
import { fitDecisionTree, fitRandomForest } from '../dist/trainer/anomaly/detectors/decision_trees.js';
import { fitEwmaChart } from '../dist/trainer/anomaly/detectors/ewma_chart.js';
import { fitGaussianMixture } from '../dist/trainer/anomaly/detectors/gaussian_mixture.js';
import { fitIsolationForest } from '../dist/trainer/anomaly/detectors/isolation_forest.js';
import { fitKMeans } from '../dist/trainer/anomaly/detectors/k_means.js';
import { fitMahalanobis } from '../dist/trainer/anomaly/detectors/mahalanobis.js';
import { fitNaiveBayes } from '../dist/trainer/anomaly/detectors/naive_bayes.js';
import { fitPca } from '../dist/trainer/anomaly/detectors/pca.js';
import { fitDrift } from '../dist/trainer/anomaly/drift.js';
import { featureNames, SensorFrontEnd } from '../dist/trainer/sensors/front_end.js';

const ALARM = { raise: 10, clear: 8, confirm: 2, holdOff: 10 };

/** The fan's: 1 s of three axes at 200 Hz. */
const FAN = { samples: 200, axes: 3, detrend: 'mean', statistics: ['rms', 'difference-rms'], differenceLag: 4 };
/** A window of vibration with a spectrum. */
const BANDS = {
  ...{ samples: 256, axes: 3, detrend: 'mean', statistics: ['rms', 'kurtosis'] },
  bands: { fftSize: 256, edges: [1, 8, 32, 129] },
};

function windows(count, { samples, axes }) {
  const random = new Random(1);
  return Array.from({ length: count }, (_, w) =>
    Int16Array.from(
      { length: samples * axes },
      (_, i) => (300 + 10 * (w % 9)) * Math.sin(0.3 * i) + 90 * random.normal(),
    ),
  );
}

function vectors(count, features) {
  const random = new Random(2);
  return Array.from({ length: count }, () => Int16Array.from({ length: features }, () => 500 * random.normal()));
}

/**
 * @param fit features → model
 * @param spec of a front end, or how many channels are read as they are
 * @returns the program, raw samples of its windows, their features
 */
export function program(fit, spec) {
  const raw = typeof spec === 'number' ? vectors(400, spec) : windows(400, spec);
  const frontEnd = typeof spec === 'number' ? undefined : new SensorFrontEnd(spec);
  const features = frontEnd ? raw.map((window) => frontEnd.transform(window).slice()) : raw;
  const detector = detectorOf(fit(features), features[0].length);
  const c = detector.input.type === 'int32_t' ? wideSamples(1) : frontEnd && sensorFrontEnd(frontEnd.model());
  const whole = { name: 'd', ...(c && { frontEnd: c }), detector, alarm: alarm(ALARM, detector) };
  return { program: whole, raw, features, spec };
}

/** The same, watched for drift. */
export function watched({ program, raw, features, spec }) {
  const axes = typeof spec === 'number' ? spec : spec.axes;
  const scores = scoreAll(program.detector, features);
  const { outputs } = program.detector;
  const inputs = features.map((vector, i) => ({
    ...{ features: vector, score: scores[i * outputs], means: axisMeans(raw[i], axes) },
  }));
  const names =
    typeof spec === 'number'
      ? { features: features[0].map(String), axes: [] }
      : { features: featureNames(spec), axes: ['x', 'y', 'z'].slice(0, axes) };
  const model = fitDrift(inputs, { features: Array.from(names.features, String), axes: names.axes });
  const window = { samples: typeof spec === 'number' ? 1 : spec.samples, axes };
  return { program: { ...program, drift: drift(model, window) }, raw, features, spec };
}

const labels = (features) => features.map(([first], i) => (first > features[(i * 7) % features.length][0] ? 1 : 0));
const record = {
  kind: 'record',
  warmUp: 64,
  fastBits: 4,
  slowBits: 8,
  changeBits: 5,
  bandWeight: 0.5,
  changeWeight: 1,
  holdOff: 16,
};
const rule = (feature) => ({ conditions: [{ feature, from: 100, to: 400 }], conclusion: 0, certainty: 0.5 });
const rules = (f) => ({
  kind: 'rules',
  features: f[0].length,
  conclusions: 1,
  rules: Array.from(f[0], (_, i) => rule(i)),
});

export const CASES = {
  "SKAB's: EWMA chart, 8 channels": program((f) => fitEwmaChart(f, { smoothing: 0.1 }), 8),
  "NAB's: record, 1 series": program(() => record, 1),
  'windowed Gaussian of 100, 1 series': program(() => ({ kind: 'windowed-gaussian', window: 100 }), 1),
  'CUSUM, 8 channels': program((f) => fitCusum(f), 8),
  "the fan's: mixture of 32, 200 × 3": program(
    (f) => fitGaussianMixture(f, { components: 32, seed: 2, shrinkage: 0.02 }),
    FAN,
  ),
  'Mahalanobis, 200 × 3': program((f) => fitMahalanobis(f), FAN),
  'Mahalanobis, 256 × 3 with bands': program((f) => fitMahalanobis(f), BANDS),
  "PCA's T² and Q, 256 × 3 with bands": program((f) => fitPca(f), BANDS),
  'mixture of 4, 256 × 3 with bands': program((f) => fitGaussianMixture(f, { components: 4, seed: 1 }), BANDS),
  'k-means of 8, 256 × 3 with bands': program((f) => fitKMeans(f, { centres: 8, seed: 1 }), BANDS),
  'isolation forest of 50, 256 × 3 with bands': program(
    (f) => fitIsolationForest(f, { trees: 50, sample: 64, seed: 1 }),
    BANDS,
  ),
  'naive Bayes, 256 × 3 with bands': program((f) => fitNaiveBayes(f, labels(f), 2), BANDS),
  'decision tree, 256 × 3 with bands': program((f) => fitDecisionTree(f, labels(f), 2, { depth: 6 }), BANDS),
  'random forest of 15, 256 × 3 with bands': program(
    (f) => fitRandomForest(f, labels(f), 2, { trees: 15, depth: 6, seed: 1 }),
    BANDS,
  ),
  'rules, 256 × 3 with bands': program(rules, BANDS),
};
CASES["SKAB's with drift"] = watched(CASES["SKAB's: EWMA chart, 8 channels"]);
CASES["the fan's with drift"] = watched(CASES["the fan's: mixture of 32, 200 × 3"]);
