// EXPAND_DIMS: a new dimension at each place.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function expandDims(shape: number[], axis: number, out: number[], axisShape?: number[]): Graph {
  const b = new GraphBuilder('expand_dims', 1);
  const x = b.activation(shape, 0.05, 4);
  return b.graph(x, b.op('EXPAND_DIMS', [x, b.integers([axis], axisShape)], b.like(x, out), {}));
}

export const expandDimsCases = {
  first: expandDims([3, 4], 0, [1, 3, 4]),
  middle: expandDims([3, 4], 1, [3, 1, 4]),
  last: expandDims([3, 4], 2, [3, 4, 1]),
  last_from_the_back: expandDims([3, 4], -1, [3, 4, 1]),
  first_from_the_back: expandDims([3, 4], -3, [1, 3, 4]),
  scalar_axis: expandDims([5], 1, [5, 1], []),
  to_six_dimensions: expandDims([1, 2, 3, 1, 2], 3, [1, 2, 3, 1, 1, 2]),
};
