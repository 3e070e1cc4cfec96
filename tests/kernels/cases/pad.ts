// PAD: borders on each side of each dimension, and zero points at the ends of int8.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

/** Before and after each dimension. */
export type Paddings = [before: number, after: number][];

export function paddedShape(shape: readonly number[], paddings: Paddings): number[] {
  return shape.map((n, i) => paddings[i]![0] + n + paddings[i]![1]);
}

function pad(shape: number[], paddings: Paddings, zeroPoint = -3): Graph {
  const b = new GraphBuilder('pad', 1);
  const x = b.activation(shape, 0.05, zeroPoint);
  const values = b.integers(paddings.flat(), [shape.length, 2]);
  return b.graph(x, b.op('PAD', [x, values], b.like(x, paddedShape(shape, paddings)), {}));
}

const NONE: [number, number] = [0, 0];

export const padCases = {
  image: pad([1, 3, 4, 2], [NONE, [1, 2], [2, 1], NONE]),
  top_and_left: pad([1, 3, 4, 2], [NONE, [2, 0], [1, 0], NONE]),
  bottom_and_right: pad([1, 3, 4, 2], [NONE, [0, 1], [0, 3], NONE]),
  channels: pad([1, 2, 3, 2], [NONE, NONE, NONE, [1, 3]]),
  batches: pad([2, 2, 3, 1], [[1, 2], NONE, NONE, NONE]),
  every_side: pad(
    [2, 2, 1, 3],
    [
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 1],
    ],
  ),
  no_border: pad([1, 2, 3, 2], [NONE, NONE, NONE, NONE]),
  one_dimension: pad([5], [[3, 2]]),
  two_dimensions: pad(
    [3, 4],
    [
      [0, 2],
      [1, 0],
    ],
  ),
  three_dimensions: pad([2, 3, 2], [[1, 0], NONE, [0, 1]]),
  five_dimensions: pad([1, 2, 2, 3, 2], [[1, 0], [0, 1], NONE, [1, 1], [0, 2]]),
  one_column: pad([4, 1], [NONE, [1, 2]]),
  one_element: pad(
    [1, 1],
    [
      [1, 2],
      [2, 1],
    ],
  ),
  lowest_zero_point: pad([1, 2, 2, 1], [NONE, [1, 1], [1, 1], NONE], -128),
  highest_zero_point: pad([1, 2, 2, 1], [NONE, [1, 1], [1, 1], NONE], 127),
};
