// SPLIT: each axis, from the front and from the back.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function split(shape: number[], axis: number, count: number, axisShape?: number[]): Graph {
  const b = new GraphBuilder('split', 1);
  const x = b.activation(shape, 0.05, 31);
  const place = axis < 0 ? axis + shape.length : axis;
  const part = shape.map((n, i) => (i === place ? n / count : n));
  const outputs = Array.from({ length: count }, () => b.like(x, part));
  b.op('SPLIT', [b.integers([axis], axisShape), x], outputs, { numSplits: count });
  return b.graph(x, outputs);
}

export const splitCases = {
  channels: split([1, 2, 3, 6], 3, 3),
  last_from_the_back: split([2, 8], -1, 4),
  width: split([1, 2, 4, 3], 2, 2),
  height_from_the_back: split([1, 4, 3, 2], -3, 2),
  batches: split([3, 2, 2], 0, 3),
  inner_axis_of_two_batches: split([2, 4, 3], 1, 2),
  one_dimension: split([12], 0, 6),
  five_dimensions: split([2, 1, 4, 2, 3], 2, 4),
  one_part: split([2, 3], 1, 1),
  scalar_axis: split([2, 6], 1, 2, []),
};
