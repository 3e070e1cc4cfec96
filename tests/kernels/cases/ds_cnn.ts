// The layers of a keyword spotter in small: every op, one behind the other.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { INPUT_SCALE, spread } from './windowed.js';

function dsCnn(): Graph {
  const b = new GraphBuilder('ds_cnn', 99);
  const window = { padding: 'SAME', strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: 'RELU' } as const;
  const x = b.activation([1, 12, 5, 1], INPUT_SCALE, 20);
  const w1 = b.weights({ shape: [6, 4, 3, 1], scales: spread(6), axis: 0 });
  const y1 = b.activation([1, 6, 3, 6], 0.2, -128);
  b.op('CONV_2D', [x, w1, b.bias(x, w1, 6, 500)], y1, { ...window, strideH: 2, strideW: 2 });
  const w2 = b.weights({ shape: [1, 3, 3, 6], scales: spread(6), axis: 3 });
  const y2 = b.activation([1, 6, 3, 6], 0.5, -128);
  b.op('DEPTHWISE_CONV_2D', [y1, w2, b.bias(y1, w2, 6, 500)], y2, { ...window, depthMultiplier: 1 });
  const w3 = b.weights({ shape: [6, 1, 1, 6], scales: spread(6), axis: 0 });
  const y3 = b.activation([1, 6, 3, 6], 1.5, -128);
  b.op('CONV_2D', [y2, w3, b.bias(y2, w3, 6, 500)], y3, window);
  const y4 = b.activation([1, 1, 1, 6], 1.5, -128);
  const whole = { padding: 'VALID', strideH: 6, strideW: 3, filterH: 6, filterW: 3, activation: 'NONE' } as const;
  b.op('AVERAGE_POOL_2D', [y3], y4, whole);
  const y5 = b.activation([1, 6], 1.5, -128);
  b.op('RESHAPE', [y4, b.shape([-1, 6])], y5, { newShape: [-1, 6] });
  const w6 = b.weights({ shape: [4, 6], scales: [0.0005], axis: 0 });
  const y6 = b.activation([1, 4], 0.05, 3);
  b.op('FULLY_CONNECTED', [y5, w6, b.bias(y5, w6, 4, 500)], y6, { activation: 'NONE', keepNumDims: false });
  const y7 = b.activation([1, 4], 1 / 256, -128);
  b.op('SOFTMAX', [y6], y7, { beta: 1 });
  return b.graph(x, y7);
}

export const dsCnnCases: Record<string, Graph> = { all_ops: dsCnn() };
