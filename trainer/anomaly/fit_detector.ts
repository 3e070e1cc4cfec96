// Every kind of detector but networks: from what was chosen, and features of a training part, to what is kept of them.
import type { DetectorModel, ForestModel, QuadraticModel, TreeNode } from '../../base/detector_models.js';
import { KilnError } from '../../base/errors.js';
import { fitCusum } from './detectors/cusum.js';
import { fitDecisionTree, fitRandomForest } from './detectors/decision_trees.js';
import { fitEwmaChart } from './detectors/ewma_chart.js';
import { fitGaussianMixture } from './detectors/gaussian_mixture.js';
import { fitIsolationForest } from './detectors/isolation_forest.js';
import { fitKMeans } from './detectors/k_means.js';
import { fitMahalanobis } from './detectors/mahalanobis.js';
import { fitNaiveBayes } from './detectors/naive_bayes.js';
import { fitPca } from './detectors/pca.js';
import type { ClassicalSpec, ClassifierSpec, NoveltySpec, RulesSpec } from './detector_spec.js';

/** Features in Q10 where a front end makes them. */
const FEATURE_BITS = 10;

export interface Training {
  /** A row of integers for each window, in time order. */
  rows: readonly ArrayLike<number>[];
  /** Of each row: 0 is normal. */
  classes: readonly number[];
  /** How many there are in the data set. */
  classCount: number;
  /** What each integer of a row is. */
  names: readonly string[];
  /** Whether rows are features of a front end, in Q10, or samples. */
  features: boolean;
}

/** @throws KilnError `examples-too-few`, `detector-invalid`, `labels-missing` */
export function fitDetector(spec: ClassicalSpec, training: Training, seed: number): DetectorModel {
  switch (spec.kind) {
    case 'decision-tree':
    case 'random-forest':
    case 'naive-bayes':
      return fitClassifier(spec, training, seed);
    case 'rules':
      return written(spec, training);
    default:
      return fitNovelty(spec, training, seed);
  }
}

function fitNovelty(spec: NoveltySpec, { rows, classes, names }: Training, seed: number): DetectorModel {
  const normal = rows.filter((_, i) => classes[i] === 0);
  switch (spec.kind) {
    case 'mahalanobis':
      return fitMahalanobis(normal);
    case 'pca':
      return fitPca(normal, spec);
    case 'gaussian-mixture':
      return fitGaussianMixture(normal, { ...spec, seed });
    case 'k-means':
      return fitKMeans(normal, { ...spec, seed });
    case 'isolation-forest':
      return fitIsolationForest(normal, { ...spec, seed });
    case 'ewma':
      return fitEwmaChart(normal, { ...spec, ignore: spec.ignore.map((name) => indexOf(name, names, 'ignore')) });
    case 'cusum':
      return fitCusum(normal, spec);
    case 'windowed-gaussian':
    case 'record':
      requireSeries(spec.kind, names);
      return { ...spec };
  }
}

function requireSeries(kind: string, names: readonly string[]): void {
  if (names.length === 1) return;
  throw new KilnError('detector-invalid', {
    where: 'detector.kind',
    what: `\`${kind}\` is for a single series, and there are ${names.length}: ${names.slice(0, 6).join(', ')}`,
    todo: 'Choose one column in `data.columns`, or another kind.',
  });
}

function fitClassifier(spec: ClassifierSpec, { rows, classes, classCount }: Training, seed: number): DetectorModel {
  const present = [...new Set(classes)].sort((a, b) => a - b);
  if (present[0] !== 0 || present.length < 2) throw unlabelled(spec.kind, present.length);
  switch (spec.kind) {
    case 'decision-tree':
      return asAlarm(fitDecisionTree(rows, classes, classCount, spec));
    case 'random-forest':
      return asAlarm(fitRandomForest(rows, classes, classCount, { ...spec, seed }));
    case 'naive-bayes': {
      const labels = classes.map((label) => present.indexOf(label));
      return { ...(fitNaiveBayes(rows, labels, present.length) satisfies QuadraticModel), output: 'odds' };
    }
  }
}

function unlabelled(kind: string, classes: number): KilnError {
  const what = `\`${kind}\` learns faults too, and the training part has ${classes} class${classes === 1 ? '' : 'es'}`;
  const todo = 'Label recordings of faults as well, or choose a kind that learns what is normal.';
  return new KilnError('labels-missing', { where: 'detector.kind', what, todo });
}

/** The share of the normal class becomes that of all others, as what an alarm follows comes first; sums over the trees. */
function asAlarm({ trees, ...forest }: ForestModel): ForestModel {
  const turned = (node: TreeNode): TreeNode =>
    'values' in node
      ? { values: [1 - node.values[0]!, ...node.values.slice(1)] }
      : { ...node, low: turned(node.low), high: turned(node.high) };
  return { ...forest, trees: trees.map(turned) };
}

function written({ rules }: RulesSpec, { names, features }: Training): DetectorModel {
  const unit = features ? 2 ** FEATURE_BITS : 1;
  return {
    kind: 'rules',
    features: names.length,
    conclusions: 1,
    rules: rules.map(({ when, certainty }) => ({
      conclusion: 0,
      certainty,
      conditions: when.map(({ feature, from, to }) => ({
        feature: indexOf(feature, names, 'rules'),
        from: from * unit,
        to: to * unit,
      })),
    })),
  };
}

function indexOf(name: string, names: readonly string[], key: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const todo = `Name one of ${names.map((other) => `\`${other}\``).join(', ')}.`;
  throw new KilnError('detector-invalid', { where: `detector.${key}`, what: `there is no feature \`${name}\``, todo });
}
