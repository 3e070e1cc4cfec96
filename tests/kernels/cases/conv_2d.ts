// CONV_2D: windows of every kind, with one weight scale and with one for each channel.
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

interface Conv extends Convolution {
  /** Filters see an equal part of the input's channels each. */
  groups?: number;
}

function conv(seed: number, spec: Conv): Graph {
  const { input, filter, channels, groups = 1, scales = spread(channels), zeroPoints = [-3, 5] } = spec;
  const depth = input.at(-1)! / groups;
  const b = new GraphBuilder('conv_2d', seed);
  const x = b.activation(input, spec.inputScale ?? INPUT_SCALE, zeroPoints[0]);
  const w = weightsOf(b, spec, [channels, ...filter, depth], scales, 0);
  const bias = biasOf(b, spec, x, w, channels);
  const scale = outputScaleOf(spec, windowDepth(spec, depth), scales);
  const y = b.activation(windowOutput(spec, channels), scale, zeroPoints[1]);
  return b.graph(x, b.op('CONV_2D', [x, w, ...bias], y, windowOptions(spec)));
}

const SMALL = { input: [1, 4, 4, 2], filter: [3, 2], channels: 3, bias: 90 } satisfies Conv;
const SINGLE = { input: [1, 5, 5, 1], filter: [1, 1], channels: 4 } satisfies Conv;

export const conv2dCases: Record<string, Graph> = casesOf<Conv>(conv, {
  same_stride_2_relu: {
    input: [1, 7, 6, 3],
    filter: [3, 3],
    channels: 5,
    stride: [2, 2],
    bias: 900,
    activation: 'RELU',
  },
  same_even_filter: { input: [1, 7, 5, 2], filter: [2, 4], channels: 3, stride: [3, 3], bias: 100 },
  same_stride_4: { input: [1, 9, 7, 2], filter: [3, 3], channels: 4, stride: [4, 4], bias: 100 },
  same_strides_1_and_3: { input: [1, 4, 8, 2], filter: [2, 3], channels: 3, stride: [1, 3], bias: 100 },
  same_stride_past_the_filter: { input: [1, 9, 8, 2], filter: [2, 1], channels: 5, stride: [3, 4], bias: 50 },
  valid_stride_past_the_filter: {
    input: [1, 9, 8, 2],
    filter: [1, 2],
    channels: 5,
    stride: [4, 3],
    padding: 'VALID',
    bias: 50,
  },
  valid_leaves_a_rest: { input: [1, 8, 7, 2], filter: [3, 2], channels: 3, stride: [2, 2], padding: 'VALID', bias: 9 },
  valid_dilated: { input: [1, 9, 8, 2], filter: [3, 2], channels: 3, dilation: [2, 3], padding: 'VALID' },
  same_dilated: { input: [1, 6, 6, 1], filter: [3, 3], channels: 2, dilation: [2, 2], bias: 50 },
  same_dilated_stride_2: {
    input: [1, 7, 6, 2],
    filter: [3, 2],
    channels: 3,
    dilation: [2, 3],
    stride: [2, 2],
    bias: 50,
  },
  dilated_past_the_input: { input: [1, 4, 3, 2], filter: [3, 3], channels: 3, dilation: [5, 4], bias: 50 },
  filter_past_the_input: { input: [1, 2, 3, 2], filter: [5, 6], channels: 3, bias: 50 },
  whole_input: { input: [1, 4, 5, 2], filter: [4, 5], channels: 6, padding: 'VALID', bias: 50 },
  row: { input: [1, 1, 16, 3], filter: [1, 5], channels: 4, stride: [1, 2], bias: 50 },
  row_dilated: { input: [1, 1, 14, 2], filter: [1, 3], channels: 4, dilation: [1, 4], padding: 'VALID', bias: 50 },
  column: { input: [1, 15, 1, 2], filter: [4, 1], channels: 3, stride: [3, 1], bias: 50 },
  row_under_a_square_filter: { input: [1, 1, 9, 2], filter: [3, 3], channels: 2, bias: 50 },
  one_channel_to_one: { input: [1, 5, 4, 1], filter: [3, 3], channels: 1, bias: 9 },
  seventeen_channels_to_three: { input: [1, 3, 2, 17], filter: [2, 2], channels: 3, bias: 50 },
  three_channels_to_seventeen: { input: [1, 3, 2, 3], filter: [2, 2], channels: 17, bias: 50 },
  six_channels_to_eight: { input: [1, 3, 3, 6], filter: [1, 1], channels: 8, bias: 50 },
  two_batches: { input: [2, 3, 3, 2], filter: [3, 3], channels: 2, bias: 20 },
  three_batches_valid: { input: [3, 4, 3, 2], filter: [2, 2], channels: 5, stride: [2, 1], padding: 'VALID', bias: 20 },
  groups_of_two: { input: [1, 4, 3, 4], filter: [3, 2], channels: 6, groups: 2, bias: 90 },
  groups_of_one_channel: { input: [1, 4, 3, 5], filter: [2, 2], channels: 5, groups: 5, bias: 90 },
  groups_of_five_filters: { input: [1, 3, 3, 6], filter: [3, 3], channels: 15, groups: 3, stride: [2, 2], bias: 90 },
  groups_dilated_in_batches: { input: [2, 5, 4, 4], filter: [2, 2], channels: 4, groups: 2, dilation: [2, 1] },
  groups_per_tensor: { input: [1, 4, 3, 4], filter: [3, 1], channels: 2, groups: 2, scales: [0.02], bias: 90 },
  pointwise_per_tensor_relu6: {
    input: [1, 3, 2, 8],
    filter: [1, 1],
    channels: 7,
    scales: [0.01],
    bias: 70,
    outputScale: 0.0308,
    zeroPoints: [-3, -100],
    activation: 'RELU6',
  },
  per_tensor_null_bias: { input: [1, 4, 3, 2], filter: [3, 3], channels: 4, scales: [0.03] },
  null_bias: { input: [1, 4, 3, 2], filter: [3, 3], channels: 4 },
  bias_marked_absent: { ...SMALL, bias: 'marked absent' },
  bias_of_zeros: { ...SMALL, bias: 0 },
  large_bias: { ...SMALL, bias: 2 ** 30, outputScale: 3e3 },
  extreme_zero_points: { input: [1, 4, 4, 3], filter: [3, 3], channels: 3, zeroPoints: [-128, 127], bias: 20 },
  lowest_zero_points: { ...SMALL, zeroPoints: [-128, -128] },
  highest_zero_points: { ...SMALL, zeroPoints: [127, 127] },
  clamp_n1_to_1: { ...SMALL, outputScale: 0.0137, activation: 'RELU_N1_TO_1' },
  clamp_n1_to_1_all_above: { ...SMALL, outputScale: 0.0137, activation: 'RELU_N1_TO_1', zeroPoints: [0, -128] },
  relu_at_the_lowest_zero_point: { ...SMALL, activation: 'RELU', zeroPoints: [0, -128] },
  relu6_per_channel: { ...SMALL, outputScale: 0.04, activation: 'RELU6', zeroPoints: [2, -128] },
  powers_of_two: {
    ...SINGLE,
    input: [1, 9, 9, 1],
    scales: [1 / 64, 1 / 128, 1 / 256, 1],
    bias: 9,
    outputScale: INPUT_SCALE,
  },
  multipliers_above_one_and_zero: { ...SINGLE, scales: [1, 2.3, 1e-12, 3e-9], bias: 9, outputScale: 0.03 },
  multipliers_above_one: { ...SINGLE, ...EXTREME_MULTIPLIERS.above_one },
  multipliers_about_the_least: { ...SINGLE, ...EXTREME_MULTIPLIERS.tiny },
  multiplier_carried: { ...SINGLE, ...EXTREME_MULTIPLIERS.carried },
});
