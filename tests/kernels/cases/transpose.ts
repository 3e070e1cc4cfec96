// TRANSPOSE: orders of dimensions, of which some keep neighbours together.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function transpose(shape: number[], order: number[]): Graph {
  const b = new GraphBuilder('transpose', 1);
  const x = b.activation(shape, 0.05, 9);
  const y = b.like(
    x,
    order.map((axis) => shape[axis]!),
  );
  return b.graph(x, b.op('TRANSPOSE', [x, b.integers(order)], y, {}));
}

export const transposeCases = {
  one_dimension: transpose([7], [0]),
  matrix: transpose([3, 5], [1, 0]),
  matrix_as_it_is: transpose([3, 5], [0, 1]),
  three_backwards: transpose([2, 3, 4], [2, 1, 0]),
  three_turned: transpose([2, 3, 4], [1, 2, 0]),
  three_with_rows_kept: transpose([2, 3, 4], [1, 0, 2]),
  channels_first: transpose([1, 3, 4, 2], [0, 3, 1, 2]),
  channels_last: transpose([2, 2, 3, 4], [0, 2, 3, 1]),
  height_and_width: transpose([2, 3, 4, 2], [0, 2, 1, 3]),
  four_backwards: transpose([2, 3, 1, 4], [3, 2, 1, 0]),
  halves_swapped: transpose([2, 3, 4, 2], [2, 3, 0, 1]),
  four_as_they_are: transpose([1, 2, 3, 2], [0, 1, 2, 3]),
  five_turned: transpose([2, 3, 2, 2, 3], [1, 4, 2, 3, 0]),
  five_backwards: transpose([1, 2, 3, 2, 2], [4, 3, 2, 1, 0]),
  ones: transpose([1, 1, 1], [2, 0, 1]),
};
