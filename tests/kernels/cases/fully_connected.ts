// FULLY_CONNECTED: inputs of any shape read as rows, one weight scale and one for each channel.
import type { Activation, Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { fillingScale, INPUT_SCALE, spread } from './windowed.js';

interface Dense {
  input: number[];
  weights: [number, number];
  out: number[];
  activation?: Activation;
  keepNumDims?: boolean;
  bias?: number;
  scales?: number[];
  outputScale?: number;
}

function dense(seed: number, spec: Dense): Graph {
  const [channels, depth] = spec.weights;
  const scales = spec.scales ?? [0.0123];
  const b = new GraphBuilder('fully_connected', seed);
  const x = b.activation(spec.input, INPUT_SCALE, 17);
  const w = b.weights({ shape: spec.weights, scales, axis: 0 });
  const bias = spec.bias === undefined ? [] : [b.bias(x, w, channels, spec.bias)];
  const y = b.activation(spec.out, spec.outputScale ?? fillingScale(depth, scales), -9);
  const { activation = 'NONE', keepNumDims = false } = spec;
  return b.graph(x, b.op('FULLY_CONNECTED', [x, w, ...bias], y, { activation, keepNumDims }));
}

export const fullyConnectedCases: Record<string, Graph> = {
  per_tensor: dense(21, { input: [1, 20], weights: [7, 20], out: [1, 7], bias: 1000 }),
  per_channel: dense(23, {
    input: [1, 12],
    weights: [5, 12],
    out: [1, 5],
    bias: 1000,
    scales: spread(5),
    activation: 'RELU',
  }),
  null_bias_relu6: dense(24, {
    input: [1, 9],
    weights: [12, 9],
    out: [1, 12],
    outputScale: 0.05,
    activation: 'RELU6',
  }),
  rows: dense(25, { input: [3, 2, 4], weights: [4, 8], out: [3, 4], bias: 100 }),
  keep_num_dims: dense(26, { input: [1, 3, 6], weights: [2, 6], out: [1, 3, 2], bias: 100, keepNumDims: true }),
};
