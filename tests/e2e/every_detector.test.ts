// Every kind of detector over a whole recording that is streamed by serial: takes minutes, so run with KILN_EVERY_DETECTOR=1.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DetectorModel, NetworkModel } from '../../base/detector_models.js';
import { defaultDetector } from '../../cli/anomaly/detector_config.js';
import { fitNetwork } from '../../cli/anomaly/network_fit.js';
import { hostResults } from '../../cli/sensor_listening.js';
import type { NetworkSpec } from '../../trainer/anomaly/detector_spec.js';
import { fitCusum } from '../../trainer/anomaly/detectors/cusum.js';
import { fitDecisionTree, fitRandomForest } from '../../trainer/anomaly/detectors/decision_trees.js';
import { fitEwmaChart } from '../../trainer/anomaly/detectors/ewma_chart.js';
import { fitGaussianMixture } from '../../trainer/anomaly/detectors/gaussian_mixture.js';
import { fitIsolationForest } from '../../trainer/anomaly/detectors/isolation_forest.js';
import { fitKMeans } from '../../trainer/anomaly/detectors/k_means.js';
import { fitMahalanobis } from '../../trainer/anomaly/detectors/mahalanobis.js';
import { fitNaiveBayes } from '../../trainer/anomaly/detectors/naive_bayes.js';
import { fitPca } from '../../trainer/anomaly/detectors/pca.js';
import { FEATURES, modes, normalVectors, wildVectors } from '../detectors/cases.js';
import { loaded } from '../detectors/projects.js';
import { onBoard, streamed } from './detector_boards.js';

const train = normalVectors(500, 1);
const rule = { conditions: [{ feature: 0, from: 0, to: 1000 }], conclusion: 0, certainty: 0.7 };

const VECTORS: Record<string, DetectorModel> = {
  mahalanobis: fitMahalanobis(train),
  pca: fitPca(train),
  mixture: fitGaussianMixture(train, { components: 3, seed: 1 }),
  k_means: fitKMeans(train, { centres: 4, seed: 1 }),
  naive_bayes: fitNaiveBayes(train, modes, 2),
  isolation: fitIsolationForest(train, { trees: 20, sample: 64, seed: 1 }),
  tree: fitDecisionTree(train, modes, 2, { depth: 4 }),
  random_forest: fitRandomForest(train, modes, 2, { trees: 10, depth: 4, seed: 1 }),
  ewma_chart: fitEwmaChart(train, { smoothing: 0.1 }),
  cusum: fitCusum(train),
  rules: { kind: 'rules', features: FEATURES, conclusions: 1, rules: [rule] },
};
const extremes = { fastBits: 3, slowBits: 6, changeBits: 4, bandWeight: 0.5, changeWeight: 1 };
const SERIES: Record<string, DetectorModel> = {
  record: { kind: 'record', warmUp: 20, holdOff: 8, ...extremes },
  windowed_gaussian: { kind: 'windowed-gaussian', window: 50 },
};

const NAMES = Array.from({ length: FEATURES }, (_, i) => `f${i}`);
const SPEC = { samples: 16, axes: 1, detrend: 'mean', statistics: [] } as const;
const NETWORKS: Record<string, NetworkSpec> = {
  autoencoder: { ...(defaultDetector('autoencoder') as NetworkSpec), epochs: 5 },
  convolutional: {
    ...{ kind: 'autoencoder', layers: 'convolution', hidden: 8, bottleneck: 2, epochs: 5, learningRate: 0.01 },
  },
  network: { ...(defaultDetector('neural-network') as NetworkSpec), epochs: 5 },
};

function network(spec: NetworkSpec): Promise<NetworkModel> {
  const rows = spec.kind === 'neural-network' ? [...train, ...wildVectors(200, 5)] : train;
  const classes = rows.map((_, i) => (i < train.length ? 0 : 1));
  return fitNetwork(spec, { rows, classes, classCount: 2, names: NAMES, features: true }, { frontEnd: SPEC }, 1);
}

const flat = (vectors: readonly Int16Array[]) => Int16Array.from(vectors.flatMap((vector) => [...vector]));
const recording = flat([...normalVectors(1000, 2), ...wildVectors(300, 3), ...normalVectors(700, 4)]);

describe.skipIf(!process.env['KILN_EVERY_DETECTOR'])('every detector on a board', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-every-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys({ ...VECTORS, ...SERIES, ...NETWORKS }))('%s', async (name) => {
    const detector = VECTORS[name] ?? SERIES[name] ?? (await network(NETWORKS[name]!));
    const channels = name in SERIES ? 1 : FEATURES;
    const alarm = { raise: 2, clear: 1, confirm: 1, holdOff: 3 };
    const model = loaded({ name, channels, detector, alarm, ...(channels > 1 && { normal: train }) });
    const samples = channels > 1 ? recording : recording.filter((_, i) => i % FEATURES === 0);
    const results = await onBoard(folder, 'virtual-stm32f405', model, (port) => streamed(port, model, samples));
    expect(results).toHaveLength(2000);
    expect(results).toEqual([...hostResults(model, samples)]);
    expect(new Set(results.map(({ scores }) => scores[0])).size).toBeGreaterThan(2);
  });
});
