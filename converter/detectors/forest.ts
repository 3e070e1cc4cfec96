// Trees, whose leaves' values are added up: isolation forest, decision tree, random forest.
import { KilnError } from '../../base/errors.js';
import type { ForestModel, TreeNode } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, saturate } from '../../base/fixed_point.js';
import type { Detector, Scorer, StageC } from './detector.js';

const SCORE_BITS = 8;
/** In the place of a feature: a leaf. */
const LEAF = 255;
const MOST_NODES = 0x10000;

/** Nodes of all trees, each before those under it, the low one right after it. */
interface Fixed {
  features: number;
  outputs: number;
  roots: Uint16Array;
  cuts: Uint8Array;
  /** Of a cut its threshold, of a leaf nothing. */
  thresholds: Int16Array;
  /** Of a cut the node on its high side, of a leaf its number. */
  next: Uint16Array;
  /** [leaves × outputs] */
  values: Int16Array;
}

/**
 * @param features of the input: trees may look at fewer
 * @throws KilnError `detector-invalid` where there are too many nodes or features
 */
export function forest(model: ForestModel, features: number): Detector {
  const fixed = flatten(model, features);
  return {
    input: { type: 'int16_t', count: features },
    outputs: fixed.outputs,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

interface FlatNode {
  cut: number;
  threshold: number;
  next: number;
}

function flatten({ trees, outputs }: ForestModel, features: number): Fixed {
  const nodes: FlatNode[] = [];
  const values: number[] = [];
  const roots = trees.map((tree) => {
    const root = nodes.length;
    append(tree, nodes, values, outputs);
    return root;
  });
  if (nodes.length > MOST_NODES) throw invalid(`${nodes.length} nodes, and at most ${MOST_NODES} are possible`);
  if (features > LEAF) throw invalid(`${features} features, and at most ${LEAF} are possible`);
  return {
    features,
    outputs,
    roots: Uint16Array.from(roots),
    cuts: Uint8Array.from(nodes, ({ cut }) => cut),
    thresholds: Int16Array.from(nodes, ({ threshold }) => clamp(Math.floor(threshold), INT16_MIN, INT16_MAX)),
    next: Uint16Array.from(nodes, ({ next }) => next),
    values: Int16Array.from(values, (value) => clamp(Math.round(value * 2 ** SCORE_BITS), INT16_MIN, INT16_MAX)),
  };
}

function append(tree: TreeNode, nodes: FlatNode[], values: number[], outputs: number): void {
  if ('values' in tree) {
    nodes.push({ cut: LEAF, threshold: 0, next: values.length / outputs });
    values.push(...tree.values);
    return;
  }
  const node = { cut: tree.feature, threshold: tree.threshold, next: 0 };
  nodes.push(node);
  append(tree.low, nodes, values, outputs);
  node.next = nodes.length;
  append(tree.high, nodes, values, outputs);
}

function invalid(what: string): KilnError {
  return new KilnError('detector-invalid', { where: 'forest', what, todo: 'Grow fewer or shallower trees.' });
}

function scorer(fixed: Fixed): Scorer {
  const { outputs, roots, values } = fixed;
  return (input, output) => {
    output.fill(0);
    for (const root of roots) {
      const leaf = leafOf(fixed, root, input);
      for (let i = 0; i < outputs; i++) output[i] = saturate(output[i]! + values[leaf * outputs + i]!);
    }
  };
}

function leafOf({ cuts, thresholds, next }: Fixed, root: number, input: ArrayLike<number>): number {
  let node = root;
  while (cuts[node] !== LEAF) node = input[cuts[node]!]! <= thresholds[node]! ? node + 1 : next[node]!;
  return next[node]!;
}

function stage({ outputs, roots, cuts, thresholds, next, values }: Fixed): StageC {
  return {
    kernel: 'tk_forest',
    params: {
      trees: roots.length,
      outputs,
      roots: { array: 'roots' },
      cuts: { array: 'cuts' },
      thresholds: { array: 'thresholds' },
      next: { array: 'next' },
      values: { array: 'values' },
    },
    arrays: [
      { name: 'roots', type: 'uint16_t', values: roots },
      { name: 'cuts', type: 'uint8_t', values: cuts },
      { name: 'thresholds', type: 'int16_t', values: thresholds },
      { name: 'next', type: 'uint16_t', values: next },
      { name: 'values', type: 'int16_t', values },
    ],
  };
}
