// Two models side by side: which layers are the same, what differs in the others, and what that costs.
import type { Graph, Tensor } from './graph/graph.js';
import { inspect, type InspectedOp, type InspectedTensor, type Inspection } from './inspect.js';
import { dequantized } from './quantization/dequantize.js';

/** Above this many pairs of layers they are matched by their place alone. */
const MAX_PAIRS = 2 ** 22;

/** What two sides say of one thing. */
export interface Difference {
  what: string;
  first: string;
  second: string;
}

/** How far the second model's constant is from the first's, in real values. */
export interface WeightsDistance {
  /** Input of the op. */
  name: string;
  /** 10 log10(Σ first² / Σ (first − second)²); null where they are equal. */
  decibels: number | null;
  /** The largest |first − second|. */
  largest: number;
}

export interface LayerComparison {
  /** Absent where only the other model has the layer. */
  first?: InspectedOp;
  second?: InspectedOp;
  differences: Difference[];
  weights: WeightsDistance[];
}

export interface Comparison {
  /** Whether every layer and every weight is the same. */
  identical: boolean;
  layers: LayerComparison[];
  /** In the order of `Inspection.totals`. */
  totals: { what: keyof Inspection['totals']; first: number; second: number }[];
}

/** Layers are matched in order, by op and output shape. @throws KilnError where `verify` refuses a graph */
export function compareGraphs(first: Graph, second: Graph): Comparison {
  const [a, b] = [inspect(first), inspect(second)];
  const layers = aligned(a.ops, b.ops).map(([i, j]) =>
    compareLayers(first, second, a.ops[i ?? -1], b.ops[j ?? -1], i, j),
  );
  const totals = (Object.keys(a.totals) as (keyof Inspection['totals'])[]).map((what) => ({
    what,
    first: a.totals[what],
    second: b.totals[what],
  }));
  const same = ({ first, second, differences, weights }: LayerComparison) =>
    first && second && differences.length === 0 && weights.every(({ decibels }) => decibels === null);
  return { identical: layers.every(same), layers, totals };
}

type Pair = [first: number | undefined, second: number | undefined];

/** The longest common subsequence of layers that do the same to the same shape; the others stand alone, in order. */
function aligned(a: readonly InspectedOp[], b: readonly InspectedOp[]): Pair[] {
  const same = (i: number, j: number) => keyOf(a[i]!) === keyOf(b[j]!);
  if (a.length * b.length > MAX_PAIRS) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [
      i < a.length ? i : undefined,
      i < b.length ? i : undefined,
    ]);
  }
  const width = b.length + 1;
  const lengths = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = same(i, j) ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && same(i, j)) pairs.push([i++, j++]);
    else if (j === b.length || (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!))
      pairs.push([i++, undefined]);
    else pairs.push([undefined, j++]);
  }
  return pairs;
}

function keyOf({ opcode, outputs }: InspectedOp): string {
  return `${opcode} ${outputs.map(({ shape }) => shape.join('x')).join(' ')}`;
}

function compareLayers(
  firstGraph: Graph,
  secondGraph: Graph,
  first: InspectedOp | undefined,
  second: InspectedOp | undefined,
  i: number | undefined,
  j: number | undefined,
): LayerComparison {
  const layer: LayerComparison = { differences: [], weights: [], ...(first && { first }), ...(second && { second }) };
  if (!first || !second) return layer;
  layer.differences = [...optionDifferences(first, second), ...tensorDifferences(first, second)];
  layer.weights = weightsDistances(constantsOf(firstGraph, i!), constantsOf(secondGraph, j!));
  return layer;
}

function optionDifferences(first: InspectedOp, second: InspectedOp): Difference[] {
  const [a, b] = [first.options, second.options] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys({ ...a, ...b }).flatMap((key) => difference(key, String(a[key]), String(b[key])));
}

/** Of types, shapes and quantization; the names of tensors are nobody's business. */
function tensorDifferences(first: InspectedOp, second: InspectedOp): Difference[] {
  return (['inputs', 'constants', 'outputs'] as const).flatMap((role) => {
    const count = Math.max(first[role].length, second[role].length);
    return Array.from({ length: count }, (_, i) => {
      const what = count === 1 ? role.slice(0, -1) : `${role.slice(0, -1)} ${i}`;
      return difference(what, described(first[role][i]), described(second[role][i]));
    }).flat();
  });
}

function described(tensor: InspectedTensor | undefined): string {
  if (!tensor) return 'none';
  const { dtype, shape, quantization } = tensor;
  const type = `${dtype}[${shape.join(',')}]`;
  if (!quantization) return type;
  const { scale, zeroPoint } = quantization;
  if (scale.length > 1) return `${type}, ${scale.length} scales`;
  return `${type}, scale ${Number(scale[0]!.toPrecision(7))}, zero point ${zeroPoint[0]}`;
}

function difference(what: string, first: string, second: string): Difference[] {
  return first === second ? [] : [{ what, first, second }];
}

function constantsOf({ ops, tensors }: Graph, op: number): Tensor[] {
  return ops[op]!.inputs.map((index) => tensors[index]).filter(
    (tensor): tensor is Tensor => tensor?.data !== undefined,
  );
}

function weightsDistances(first: readonly Tensor[], second: readonly Tensor[]): WeightsDistance[] {
  return first.flatMap((a, i) => {
    const b = second[i];
    if (!b || a.shape.join() !== b.shape.join()) return [];
    const distance = distanceOf(dequantized(a), dequantized(b));
    return [{ name: a.name, ...distance }];
  });
}

function distanceOf(a: Float64Array, b: Float64Array): Omit<WeightsDistance, 'name'> {
  let [signal, noise, largest] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs(a[i]! - b[i]!);
    signal += a[i]! ** 2;
    noise += error ** 2;
    largest = Math.max(largest, error);
  }
  return { decibels: noise === 0 ? null : 10 * Math.log10(signal / noise), largest };
}
