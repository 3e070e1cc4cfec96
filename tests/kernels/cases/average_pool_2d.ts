// AVERAGE_POOL_2D: windows inside, across and larger than the input.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { INPUT_SCALE, windowOptions, windowOutput, type Windowed } from './windowed.js';

function pool(seed: number, spec: Windowed): Graph {
  const b = new GraphBuilder('average_pool_2d', seed);
  const [zeroPoint] = spec.zeroPoints ?? [-20];
  const x = b.activation(spec.input, INPUT_SCALE, zeroPoint);
  const y = b.activation(windowOutput(spec, spec.input.at(-1)!), INPUT_SCALE, zeroPoint);
  const [filterH, filterW] = spec.filter;
  const { padding, strideH, strideW, activation } = windowOptions(spec);
  return b.graph(x, b.op('AVERAGE_POOL_2D', [x], y, { padding, strideH, strideW, activation, filterH, filterW }));
}

export const averagePool2dCases: Record<string, Graph> = {
  same_edges: pool(31, { input: [1, 5, 6, 3], filter: [3, 4] }),
  valid_stride: pool(32, {
    input: [1, 7, 5, 2],
    filter: [2, 2],
    stride: [2, 2],
    padding: 'VALID',
  }),
  whole_input: pool(33, { input: [1, 6, 5, 4], filter: [6, 5], stride: [6, 5], padding: 'VALID' }),
  clamp_relu: pool(34, {
    input: [1, 4, 4, 2],
    filter: [2, 2],
    activation: 'RELU',
    zeroPoints: [-20, -20],
  }),
};
