// What SVDF's inputs are, and the sizes that they say.
import type { Graph, Op } from '../graph/graph.js';

/** Positions of the inputs: [batches, depth], [filters, depth], [filters, memory], [units], [batches, filters × memory]. */
export const INPUT = { input: 0, feature: 1, time: 2, bias: 3, state: 4 } as const;
export const SVDF_INPUTS = 5;

export interface SvdfSizes {
  batches: number;
  depth: number;
  filters: number;
  /** Values that a filter remembers. */
  memory: number;
  /** Outputs, each the sum of `rank` filters. */
  units: number;
}

export function svdfSizes(op: Op<'SVDF'>, graph: Graph): SvdfSizes {
  const shapeOf = (position: number) => graph.tensors[op.inputs[position]!]!.shape as [number, number];
  const [batches, depth] = shapeOf(INPUT.input);
  const [filters, memory] = shapeOf(INPUT.time);
  return { batches, depth, filters, memory, units: filters / op.options.rank };
}
