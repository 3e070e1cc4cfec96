// Decision tree and random forest: cuts that make the parts purer, by Gini's index.
// Source: L. Breiman, "Random Forests", Machine Learning 45 (2001), and CART (1984).
import type { ForestModel, TreeNode } from '../../../base/detector_models.js';
import { Random } from '../../../base/random.js';
import { requireExamples, type Examples } from './standardize.js';

export interface TreeOptions {
  /** Cuts from the root to a leaf at most. */
  depth: number;
  /** Examples in a leaf at least. */
  leaf?: number;
}

export interface ForestOptions extends TreeOptions {
  trees: number;
  seed: number;
}

/** Examples by index, with what each is. */
interface Labelled {
  examples: Examples;
  labels: ArrayLike<number>;
  classes: number;
}

/** Features that may be cut at a node. */
type Candidates = () => readonly number[];

/** Outputs are the shares of the classes among the examples of the leaf. @throws KilnError `examples-too-few` */
export function fitDecisionTree(
  examples: Examples,
  labels: ArrayLike<number>,
  classes: number,
  options: TreeOptions,
): ForestModel {
  requireExamples(examples, 2);
  const all = Array.from(examples[0]!, (_, feature) => feature);
  const rows = examples.map((_, i) => i);
  const tree = grow({ examples, labels, classes }, rows, options, () => all);
  return { kind: 'forest', outputs: classes, trees: [tree] };
}

/**
 * Each tree is grown from examples drawn with replacement, each cut chosen among the root of the number of features. Outputs
 * are sums over the trees.
 * @throws KilnError `examples-too-few`
 */
export function fitRandomForest(
  examples: Examples,
  labels: ArrayLike<number>,
  classes: number,
  options: ForestOptions,
): ForestModel {
  requireExamples(examples, 2);
  const random = new Random(options.seed);
  const all = Array.from(examples[0]!, (_, feature) => feature);
  const tried = Math.max(1, Math.round(Math.sqrt(all.length)));
  const trees = Array.from({ length: options.trees }, () => {
    const rows = examples.map(() => random.integer(examples.length));
    return grow({ examples, labels, classes }, rows, options, () => random.shuffle([...all]).slice(0, tried));
  });
  return { kind: 'forest', outputs: classes, trees };
}

function grow(
  data: Labelled,
  rows: readonly number[],
  { depth, leaf = 1 }: TreeOptions,
  candidates: Candidates,
): TreeNode {
  const counts = countClasses(data, rows);
  const values = counts.map((count) => count / rows.length);
  if (depth === 0 || Math.max(...values) === 1) return { values };
  const cuts = candidates().flatMap((feature) => bestCut(data, rows, feature, leaf));
  if (cuts.length === 0) return { values };
  const { feature, threshold } = cuts.reduce((best, cut) => (cut.impurity < best.impurity ? cut : best));
  const isLow = (row: number) => data.examples[row]![feature]! <= threshold;
  const part = (own: readonly number[]) => grow(data, own, { depth: depth - 1, leaf }, candidates);
  return { feature, threshold, low: part(rows.filter(isLow)), high: part(rows.filter((row) => !isLow(row))) };
}

interface Cut {
  feature: number;
  threshold: number;
  impurity: number;
}

/** The purest cut of a feature that leaves enough on either side; none where there is none. */
function bestCut(
  { examples, labels, classes }: Labelled,
  rows: readonly number[],
  feature: number,
  leaf: number,
): Cut[] {
  const value = (row: number) => examples[row]![feature]!;
  const sorted = [...rows].sort((a, b) => value(a) - value(b));
  const low = new Array<number>(classes).fill(0);
  const high = countClasses({ examples, labels, classes }, rows);
  let best: Cut | undefined;
  for (let i = 1; i < sorted.length; i++) {
    const moved = labels[sorted[i - 1]!]!;
    low[moved]!++;
    high[moved]!--;
    const [below, above] = [value(sorted[i - 1]!), value(sorted[i]!)];
    if (below === above || i < leaf || sorted.length - i < leaf) continue;
    const impurity = i * gini(low, i) + (sorted.length - i) * gini(high, sorted.length - i);
    if (!best || impurity < best.impurity) best = { feature, threshold: Math.floor((below + above) / 2), impurity };
  }
  return best ? [best] : [];
}

function gini(counts: readonly number[], total: number): number {
  return 1 - counts.reduce((sum, count) => sum + (count / total) ** 2, 0);
}

function countClasses({ labels, classes }: Labelled, rows: readonly number[]): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[labels[row]!]!++;
  return counts;
}
