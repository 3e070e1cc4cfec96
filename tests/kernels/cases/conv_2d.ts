// CONV_2D: windows of every kind, with one weight scale and with one for each channel.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import {
  fillingScale,
  INPUT_SCALE,
  spread,
  windowDepth,
  windowOptions,
  windowOutput,
  type Convolution,
} from './windowed.js';

function conv(seed: number, spec: Convolution): Graph {
  const { input, filter, channels, scales = spread(channels), zeroPoints = [-3, 5] } = spec;
  const b = new GraphBuilder('conv_2d', seed);
  const x = b.activation(input, INPUT_SCALE, zeroPoints[0]);
  const w = b.weights({ shape: [channels, ...filter, input.at(-1)!], scales, axis: 0 });
  const bias = spec.bias === undefined ? [] : [b.bias(x, w, channels, spec.bias)];
  const scale = spec.outputScale ?? fillingScale(windowDepth(spec), scales);
  const y = b.activation(windowOutput(spec, channels), scale, zeroPoints[1]);
  return b.graph(x, b.op('CONV_2D', [x, w, ...bias], y, windowOptions(spec)));
}

export const conv2dCases: Record<string, Graph> = {
  same_stride_2_relu: conv(1, {
    input: [1, 7, 6, 3],
    filter: [3, 3],
    channels: 5,
    stride: [2, 2],
    bias: 900,
    activation: 'RELU',
  }),
  same_even_filter: conv(2, { input: [1, 7, 5, 2], filter: [2, 4], channels: 3, stride: [3, 3], bias: 100 }),
  valid_dilated: conv(3, {
    input: [1, 9, 8, 2],
    filter: [3, 2],
    channels: 3,
    dilation: [2, 3],
    padding: 'VALID',
  }),
  same_dilated: conv(4, { input: [1, 6, 6, 1], filter: [3, 3], channels: 2, dilation: [2, 2], bias: 50 }),
  pointwise_per_tensor_relu6: conv(5, {
    input: [1, 3, 2, 8],
    filter: [1, 1],
    channels: 7,
    scales: [0.01],
    bias: 70,
    outputScale: 0.0308,
    zeroPoints: [-3, -100],
    activation: 'RELU6',
  }),
  clamp_n1_to_1: conv(6, {
    input: [1, 4, 4, 2],
    filter: [2, 2],
    channels: 4,
    outputScale: 0.0137,
    activation: 'RELU_N1_TO_1',
  }),
  null_bias: conv(7, { input: [1, 4, 3, 2], filter: [3, 3], channels: 4 }),
  two_batches: conv(8, { input: [2, 3, 3, 2], filter: [3, 3], channels: 2, bias: 20 }),
  extreme_zero_points: conv(9, {
    input: [1, 4, 4, 3],
    filter: [3, 3],
    channels: 3,
    zeroPoints: [-128, 127],
    bias: 20,
  }),
  powers_of_two: conv(17, {
    input: [1, 16, 16, 1],
    filter: [1, 1],
    channels: 3,
    scales: [1 / 64, 1 / 128, 1 / 256],
    bias: 9,
    outputScale: INPUT_SCALE,
  }),
  multipliers_above_one_and_zero: conv(10, {
    input: [1, 9, 9, 1],
    filter: [1, 1],
    channels: 4,
    scales: [1, 2.3, 1e-12, 3e-9],
    bias: 9,
    outputScale: 0.03,
  }),
};
