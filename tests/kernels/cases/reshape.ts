// RESHAPE: its shape as an input or as an option, and what −1 stands for.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function reshape(from: number[], newShape: number[], to: number[], shapeInput: boolean): Graph {
  const b = new GraphBuilder('reshape', 1);
  const x = b.activation(from, 0.05, 4);
  const inputs = shapeInput ? [x, b.shape(newShape)] : [x];
  return b.graph(x, b.op('RESHAPE', inputs, b.activation(to, 0.05, 4), { newShape }));
}

export const reshapeCases = {
  shape_input: reshape([1, 4, 3, 2], [-1, 6], [4, 6], true),
  options_only: reshape([1, 24], [2, 3, 4], [2, 3, 4], false),
  all_left_to_it: reshape([2, 3, 2], [-1], [12], true),
  nothing_left: reshape([2, 3], [3, -1, 2], [3, 1, 2], true),
  to_eight_dimensions: reshape([12], [1, 2, 1, 3, 1, 2, 1, 1], [1, 2, 1, 3, 1, 2, 1, 1], true),
  to_a_scalar: reshape([1, 1], [], [], false),
  from_a_scalar: reshape([], [1, 1, 1], [1, 1, 1], true),
  same_shape: reshape([2, 3, 4], [2, 3, 4], [2, 3, 4], true),
  batches: reshape([3, 2, 2, 2], [3, -1], [3, 8], true),
  ones_go: reshape([1, 5, 1, 3, 1], [5, 3], [5, 3], true),
};
