// PADV2: borders of any value.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { paddedShape, type Paddings } from './pad.js';

function pad(shape: number[], paddings: Paddings, value: number, valueShape = [1]): Graph {
  const b = new GraphBuilder('padv2', 1);
  const x = b.activation(shape, 0.05, 7);
  const quantization = { scale: [Math.fround(0.05)], zeroPoint: [7], axis: 0 };
  const constant = b.tensor({ shape: valueShape, dtype: 'int8', quantization, data: Int8Array.of(value) });
  const inputs = [x, b.integers(paddings.flat(), [shape.length, 2]), constant];
  return b.graph(x, b.op('PADV2', inputs, b.like(x, paddedShape(shape, paddings)), {}));
}

const NONE: [number, number] = [0, 0];

export const padV2Cases = {
  image: pad([1, 3, 2, 2], [NONE, [1, 2], [2, 1], NONE], 99),
  lowest_value: pad([1, 2, 2, 3], [NONE, [1, 0], [0, 1], [2, 1]], -128),
  highest_value: pad(
    [3, 2],
    [
      [0, 1],
      [2, 0],
    ],
    127,
  ),
  real_zero: pad([2, 2, 2], [[1, 0], NONE, [0, 1]], 7),
  scalar_value: pad([4], [[2, 3]], -50, []),
  five_dimensions: pad([2, 1, 2, 1, 2], [[0, 1], [1, 0], NONE, [1, 1], NONE], 12),
  batches: pad([2, 1, 3, 1], [[1, 1], NONE, NONE, NONE], -1),
  no_border: pad([1, 2, 3], [NONE, NONE, NONE], 5),
};
