// Isolation forest: what random cuts separate from the rest in a few steps is not normal.
// Source: F. T. Liu, K. M. Ting, Z.-H. Zhou, "Isolation Forest", ICDM 2008.
import type { ForestModel, TreeNode } from '../../../base/detector_models.js';
import { Random } from '../../../base/random.js';
import { requireExamples, type Examples } from './standardize.js';

export interface IsolationOptions {
  trees: number;
  /** Examples that each tree is grown from. */
  sample?: number;
  seed: number;
}

const EULER_GAMMA = 0.5772156649;

/**
 * The score is summed over the trees: by how many cuts an example is separated earlier than a normal one is on average. In the
 * paper's terms that is trees × (c(ψ) − E(h(x))), which orders examples as its 2^(−E(h) / c) does.
 * @throws KilnError `examples-too-few`
 */
export function fitIsolationForest(examples: Examples, { trees, sample = 256, seed }: IsolationOptions): ForestModel {
  requireExamples(examples, 2);
  const random = new Random(seed);
  const size = Math.min(sample, examples.length);
  const height = Math.ceil(Math.log2(size));
  const grown = Array.from({ length: trees }, () => {
    const drawn = random.shuffle([...examples]).slice(0, size);
    return isolate(drawn, 0, height, averagePath(size), random);
  });
  return { kind: 'forest', outputs: 1, trees: grown };
}

function isolate(examples: Examples, depth: number, height: number, expected: number, random: Random): TreeNode {
  const cut = depth < height ? randomCut(examples, random) : undefined;
  if (!cut) return { values: [expected - depth - averagePath(examples.length)] };
  const low = examples.filter((example) => example[cut.feature]! <= cut.threshold);
  const high = examples.filter((example) => example[cut.feature]! > cut.threshold);
  const grow = (part: Examples) => isolate(part, depth + 1, height, expected, random);
  return { ...cut, low: grow(low), high: grow(high) };
}

/** Between the least and the greatest of a feature that has both; undefined where all examples are equal. */
function randomCut(examples: Examples, random: Random): { feature: number; threshold: number } | undefined {
  const ranges = Array.from(examples[0]!, (_, feature) => {
    const values = examples.map((example) => example[feature]!);
    return { feature, low: Math.min(...values), high: Math.max(...values) };
  }).filter(({ low, high }) => low < high);
  if (ranges.length === 0) return undefined;
  const { feature, low, high } = ranges[random.integer(ranges.length)]!;
  return { feature, threshold: low + random.integer(high - low) };
}

/** c(n): mean length of an unsuccessful search in a binary search tree of n keys. */
function averagePath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER_GAMMA) - (2 * (n - 1)) / n;
}
