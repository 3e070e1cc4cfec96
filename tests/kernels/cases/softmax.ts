// SOFTMAX: rows of any number, differences that the scale and beta make coarse or fine.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function softmax(shape: number[], scale: number, beta: number): Graph {
  const b = new GraphBuilder('softmax', 1);
  const x = b.activation(shape, scale, 11);
  const y = b.activation(shape, 1 / 256, -128);
  return b.graph(x, b.op('SOFTMAX', [x], y, { beta }));
}

export const softmaxCases: Record<string, Graph> = {
  twelve_classes: softmax([1, 12], 0.13, 1),
  one_class: softmax([1, 1], 0.1, 1),
  rows: softmax([2, 3, 5], 0.05, 1.75),
  steep: softmax([1, 16], 4, 10),
  flat: softmax([1, 40], 0.01, 0.5),
  capped_multiplier: softmax([1, 6], 30, 2),
};
