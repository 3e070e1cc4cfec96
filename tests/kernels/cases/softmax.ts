// SOFTMAX: rows of any number, differences that the scale and beta make coarse or fine.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function softmax(shape: number[], scale: number, beta: number, zeroPoint = 11): Graph {
  const b = new GraphBuilder('softmax', 1);
  const x = b.activation(shape, scale, zeroPoint);
  const y = b.activation(shape, 1 / 256, -128);
  return b.graph(x, b.op('SOFTMAX', [x], y, { beta }));
}

export const softmaxCases: Record<string, Graph> = {
  twelve_classes: softmax([1, 12], 0.13, 1),
  one_class: softmax([1, 1], 0.1, 1),
  two_classes: softmax([1, 2], 0.02, 1),
  rows: softmax([2, 3, 5], 0.05, 1.75),
  one_dimension: softmax([9], 0.07, 1),
  four_dimensions: softmax([2, 2, 1, 7], 0.06, 1),
  rows_of_one: softmax([6, 1], 0.06, 1),
  steep: softmax([1, 16], 4, 10),
  flat: softmax([1, 40], 0.01, 0.5),
  nearly_constant: softmax([1, 10], 1e-6, 0.1),
  least_step: softmax([1, 10], 2 ** -25, 1),
  beta_below_one: softmax([2, 8], 0.5, 0.01),
  capped_multiplier: softmax([1, 6], 30, 2),
  power_of_two_steps: softmax([1, 33], 1 / 16, 1),
  differences_beyond_the_range: softmax([2, 12], 0.9, 1),
  two_hundred_classes: softmax([1, 200], 0.03, 1),
  lowest_zero_point: softmax([1, 12], 0.1, 1, -128),
  highest_zero_point: softmax([1, 12], 0.1, 1, 127),
};
