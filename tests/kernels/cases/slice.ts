// SLICE: boxes at the begin, in the middle and at the end of each dimension.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function slice(shape: number[], begins: number[], sizes: number[], dtype: 'int32' | 'int64' = 'int32'): Graph {
  const b = new GraphBuilder('slice', 1);
  const x = b.activation(shape, 0.05, -11);
  const places = (values: number[]) =>
    dtype === 'int32'
      ? b.integers(values)
      : b.tensor({ shape: [values.length], dtype, data: BigInt64Array.from(values, BigInt) });
  const y = b.like(
    x,
    sizes.map((n, i) => (n === -1 ? shape[i]! - begins[i]! : n)),
  );
  return b.graph(x, b.op('SLICE', [x, places(begins), places(sizes)], y, {}));
}

export const sliceCases = {
  middle: slice([1, 5, 6, 3], [0, 1, 2, 1], [1, 3, 2, 1]),
  channels: slice([1, 3, 3, 5], [0, 0, 0, 2], [1, 3, 3, 3]),
  rows: slice([1, 5, 3, 2], [0, 2, 0, 0], [1, 2, 3, 2]),
  what_is_left: slice([2, 4, 3], [1, 1, 2], [-1, -1, -1]),
  all: slice([2, 3, 2], [0, 0, 0], [2, 3, 2]),
  one_dimension: slice([9], [4], [3]),
  two_dimensions: slice([4, 5], [3, 0], [1, -1]),
  five_dimensions: slice([2, 2, 3, 2, 3], [1, 0, 1, 0, 1], [1, 2, 2, 1, 2]),
  one_element: slice([3, 4, 2], [2, 3, 1], [1, 1, 1]),
  second_batch: slice([3, 2, 2], [1, 0, 0], [1, 2, 2]),
  places_in_int64: slice([3, 4], [1, 1], [2, -1], 'int64'),
};
