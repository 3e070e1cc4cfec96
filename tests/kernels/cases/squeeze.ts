// SQUEEZE: all dimensions of 1, or those that are named.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function squeeze(shape: number[], squeezeDims: number[], out: number[]): Graph {
  const b = new GraphBuilder('squeeze', 1);
  const x = b.activation(shape, 0.05, 4);
  return b.graph(x, b.op('SQUEEZE', [x], b.like(x, out), { squeezeDims }));
}

export const squeezeCases = {
  all_ones: squeeze([1, 3, 1, 2], [], [3, 2]),
  no_ones: squeeze([3, 2], [], [3, 2]),
  named: squeeze([1, 3, 1, 2], [2], [1, 3, 2]),
  from_the_back: squeeze([1, 3, 1], [-1], [1, 3]),
  named_twice: squeeze([1, 1, 5], [0, -3], [1, 5]),
  out_of_order: squeeze([1, 4, 1, 1], [3, 0], [4, 1]),
  to_a_scalar: squeeze([1, 1], [], []),
  eight_dimensions: squeeze([1, 2, 1, 1, 3, 1, 1, 2], [], [2, 3, 2]),
};
