// DEPTHWISE_CONV_2D: windows of every kind, with several filters for an input channel and with one.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import {
  biasOf,
  casesOf,
  EXTREME_MULTIPLIERS,
  INPUT_SCALE,
  outputScaleOf,
  spread,
  weightsOf,
  windowDepth,
  windowOptions,
  windowOutput,
  type Convolution,
} from './windowed.js';

function depthwise(seed: number, spec: Convolution): Graph {
  const { input, filter, channels, scales = spread(channels), zeroPoints = [-3, 5] } = spec;
  const b = new GraphBuilder('depthwise_conv_2d', seed);
  const x = b.activation(input, spec.inputScale ?? INPUT_SCALE, zeroPoints[0]);
  const w = weightsOf(b, spec, [1, ...filter, channels], scales, 3);
  const bias = biasOf(b, spec, x, w, channels);
  const scale = outputScaleOf(spec, windowDepth(spec, 1), scales);
  const y = b.activation(windowOutput(spec, channels), scale, zeroPoints[1]);
  const options = { ...windowOptions(spec), depthMultiplier: channels / input.at(-1)! };
  return b.graph(x, b.op('DEPTHWISE_CONV_2D', [x, w, ...bias], y, options));
}

const SMALL = { input: [1, 4, 4, 3], filter: [3, 2], channels: 3, bias: 90 } satisfies Convolution;
const SINGLE = { input: [1, 5, 5, 1], filter: [1, 1], channels: 4 } satisfies Convolution;

export const depthwiseConv2dCases: Record<string, Graph> = casesOf(depthwise, {
  same_relu: { input: [1, 6, 5, 4], filter: [3, 3], channels: 4, bias: 300, activation: 'RELU' },
  valid_stride_2: {
    input: [1, 7, 7, 3],
    filter: [3, 2],
    channels: 3,
    stride: [2, 2],
    padding: 'VALID',
    bias: 300,
  },
  same_stride_4: { input: [1, 9, 7, 2], filter: [3, 3], channels: 2, stride: [4, 4], bias: 100 },
  same_strides_1_and_3: { input: [1, 4, 8, 2], filter: [2, 3], channels: 2, stride: [1, 3], bias: 100 },
  valid_stride_past_the_filter: {
    input: [1, 9, 8, 3],
    filter: [2, 1],
    channels: 3,
    stride: [3, 4],
    padding: 'VALID',
    bias: 50,
  },
  valid_dilated: { input: [1, 9, 8, 2], filter: [3, 2], channels: 4, dilation: [2, 3], padding: 'VALID', bias: 50 },
  same_dilated_stride_2: {
    input: [1, 7, 6, 2],
    filter: [3, 2],
    channels: 2,
    dilation: [2, 3],
    stride: [2, 2],
    bias: 50,
  },
  dilated_null_bias: { input: [1, 7, 6, 2], filter: [3, 3], channels: 2, dilation: [2, 2] },
  dilated_past_the_input: { input: [1, 4, 3, 3], filter: [3, 3], channels: 3, dilation: [5, 4], bias: 50 },
  filter_past_the_input: { input: [1, 2, 3, 3], filter: [5, 6], channels: 3, bias: 50 },
  whole_input: { input: [1, 4, 5, 6], filter: [4, 5], channels: 6, padding: 'VALID', bias: 50 },
  row: { input: [1, 1, 16, 3], filter: [1, 5], channels: 3, stride: [1, 2], bias: 50 },
  row_dilated_multiplier_2: { input: [1, 1, 12, 2], filter: [1, 3], channels: 4, dilation: [1, 3], bias: 50 },
  column: { input: [1, 15, 1, 3], filter: [4, 1], channels: 3, stride: [3, 1], bias: 50 },
  one_channel: { input: [1, 5, 4, 1], filter: [3, 3], channels: 1, bias: 9 },
  seven_channels: { input: [1, 3, 4, 7], filter: [2, 3], channels: 7, bias: 50 },
  seventeen_channels: { input: [1, 3, 2, 17], filter: [2, 2], channels: 17, bias: 50 },
  multiplier_2_stride_2: { input: [1, 5, 4, 3], filter: [3, 3], channels: 6, stride: [2, 2], bias: 300 },
  multiplier_3: { input: [1, 5, 4, 2], filter: [3, 3], channels: 6, bias: 300, activation: 'RELU6' },
  multiplier_5_in_batches: { input: [2, 3, 3, 2], filter: [2, 2], channels: 10, bias: 300 },
  multiplier_8_of_one: { input: [1, 8, 6, 1], filter: [4, 3], channels: 8, stride: [2, 2], bias: 300 },
  multiplier_17_of_one: { input: [1, 3, 3, 1], filter: [2, 2], channels: 17, bias: 30 },
  three_batches: { input: [3, 3, 2, 5], filter: [3, 2], channels: 5, bias: 30 },
  per_tensor: { input: [1, 4, 4, 3], filter: [3, 3], channels: 3, scales: [0.02], zeroPoints: [127, -128] },
  per_tensor_multiplier_2: { input: [1, 4, 4, 2], filter: [3, 3], channels: 4, scales: [0.02], bias: 30 },
  bias_of_zeros: { ...SMALL, bias: 0 },
  large_bias: { ...SMALL, bias: 2 ** 30, outputScale: 3e3 },
  lowest_zero_points: { ...SMALL, zeroPoints: [-128, -128] },
  highest_zero_points: { ...SMALL, zeroPoints: [127, 127] },
  clamp_n1_to_1: { ...SMALL, outputScale: 0.0137, activation: 'RELU_N1_TO_1' },
  relu6_per_channel: { ...SMALL, outputScale: 0.04, activation: 'RELU6', zeroPoints: [2, -128] },
  multipliers_above_one: { ...SINGLE, ...EXTREME_MULTIPLIERS.above_one },
  multipliers_about_the_least: { ...SINGLE, ...EXTREME_MULTIPLIERS.tiny },
  multiplier_carried: { ...SINGLE, ...EXTREME_MULTIPLIERS.carried },
});
