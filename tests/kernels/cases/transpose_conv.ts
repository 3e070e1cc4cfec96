// TRANSPOSE_CONV: strides below, at and above the filter's size, cropped and whole outputs.
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
  type Convolution,
} from './windowed.js';

interface Transposed extends Omit<Convolution, 'dilation'> {
  /** Height and width of the output. */
  output: [height: number, width: number];
}

function transposed(seed: number, spec: Transposed): Graph {
  const { input, filter, channels, scales = spread(channels), zeroPoints = [-3, 5] } = spec;
  const b = new GraphBuilder('transpose_conv', seed);
  const shape = [input[0]!, ...spec.output, channels];
  const x = b.activation(input, spec.inputScale ?? INPUT_SCALE, zeroPoints[0]);
  const w = weightsOf(b, spec, [channels, ...filter, input.at(-1)!], scales, 0);
  const bias = biasOf(b, spec, x, w, channels);
  const y = b.activation(shape, outputScaleOf(spec, windowDepth(spec, input.at(-1)!), scales), zeroPoints[1]);
  const { padding, strideH, strideW, activation } = windowOptions(spec);
  const options = { padding, strideH, strideW, activation };
  return b.graph(x, b.op('TRANSPOSE_CONV', [b.shape(shape), w, x, ...bias], y, options));
}

const SINGLE = {
  input: [1, 3, 3, 1],
  filter: [2, 2],
  output: [6, 6],
  channels: 4,
  stride: [2, 2],
} satisfies Transposed;

export const transposeConvCases: Record<string, Graph> = casesOf<Transposed>(transposed, {
  same_stride_2: { input: [1, 3, 4, 3], filter: [3, 3], output: [6, 8], channels: 5, stride: [2, 2], bias: 500 },
  same_stride_2_odd: { input: [1, 3, 4, 2], filter: [3, 3], output: [5, 7], channels: 3, stride: [2, 2], bias: 500 },
  same_even_filter: { input: [1, 4, 3, 2], filter: [4, 2], output: [8, 9], channels: 3, stride: [2, 3], bias: 90 },
  same_stride_1: { input: [1, 4, 5, 2], filter: [3, 3], output: [4, 5], channels: 4, bias: 90 },
  same_stride_past_the_filter: { input: [1, 2, 3, 3], filter: [2, 1], output: [8, 7], channels: 4, stride: [4, 3] },
  same_filter_past_the_output: { input: [1, 2, 1, 2], filter: [5, 7], output: [3, 2], channels: 3, stride: [2, 2] },
  valid_stride_2: {
    input: [1, 3, 4, 2],
    filter: [3, 3],
    output: [7, 9],
    channels: 5,
    stride: [2, 2],
    padding: 'VALID',
    bias: 500,
  },
  valid_with_a_rest: {
    input: [1, 3, 2, 2],
    filter: [2, 3],
    output: [10, 8],
    channels: 3,
    stride: [4, 3],
    padding: 'VALID',
  },
  valid_stride_1: { input: [1, 3, 4, 3], filter: [3, 2], output: [5, 5], channels: 2, padding: 'VALID', bias: 50 },
  valid_stride_past_the_filter: {
    input: [1, 2, 3, 3],
    filter: [1, 2],
    output: [4, 12],
    channels: 9,
    stride: [3, 4],
    padding: 'VALID',
    bias: 50,
  },
  one_dimension: { input: [1, 1, 6, 3], filter: [1, 4], output: [1, 12], channels: 4, stride: [1, 2], bias: 200 },
  one_place: { input: [1, 1, 1, 7], filter: [4, 3], output: [4, 3], channels: 6, padding: 'VALID', bias: 200 },
  pointwise: { input: [1, 3, 2, 17], filter: [1, 1], output: [3, 2], channels: 4, bias: 200 },
  one_channel: { input: [1, 3, 3, 1], filter: [3, 3], output: [6, 6], channels: 1, stride: [2, 2], bias: 9 },
  many_channels: { input: [1, 2, 2, 5], filter: [2, 2], output: [4, 4], channels: 17, stride: [2, 2], bias: 99 },
  three_batches: { input: [3, 2, 3, 2], filter: [3, 2], output: [4, 6], channels: 3, stride: [2, 2], bias: 99 },
  per_tensor: {
    input: [1, 3, 3, 2],
    filter: [3, 3],
    output: [6, 6],
    channels: 5,
    stride: [2, 2],
    scales: [0.01],
    bias: 99,
  },
  per_tensor_null_bias: {
    input: [1, 2, 3, 2],
    filter: [3, 3],
    output: [4, 6],
    channels: 2,
    stride: [2, 2],
    scales: [0.02],
  },
  lowest_zero_points: {
    input: [1, 3, 3, 2],
    filter: [3, 3],
    output: [6, 6],
    channels: 3,
    stride: [2, 2],
    zeroPoints: [-128, -128],
  },
  highest_zero_points: {
    input: [1, 3, 3, 2],
    filter: [3, 3],
    output: [6, 6],
    channels: 3,
    stride: [2, 2],
    zeroPoints: [127, 127],
  },
  relu: {
    input: [1, 3, 3, 2],
    filter: [3, 3],
    output: [6, 6],
    channels: 3,
    stride: [2, 2],
    bias: 99,
    activation: 'RELU',
  },
  relu6: {
    input: [1, 3, 3, 2],
    filter: [3, 3],
    output: [6, 6],
    channels: 3,
    stride: [2, 2],
    outputScale: 0.0308,
    zeroPoints: [4, -100],
    activation: 'RELU6',
  },
  relu_n1_to_1: {
    input: [1, 3, 3, 2],
    filter: [2, 2],
    output: [6, 6],
    channels: 3,
    stride: [2, 2],
    outputScale: 0.0137,
    activation: 'RELU_N1_TO_1',
  },
  multipliers_above_one_and_zero: {
    input: [1, 4, 4, 1],
    filter: [2, 2],
    output: [8, 8],
    channels: 4,
    stride: [2, 2],
    scales: [1, 2.3, 1e-12, 3e-9],
    outputScale: 0.03,
    bias: 9,
  },
  large_bias: {
    input: [1, 2, 3, 2],
    filter: [2, 2],
    output: [4, 6],
    channels: 3,
    stride: [2, 2],
    bias: 2 ** 30,
    outputScale: 3e3,
  },
  bias_marked_absent: { ...SINGLE, bias: 'marked absent' },
  multipliers_above_one: { ...SINGLE, ...EXTREME_MULTIPLIERS.above_one },
  multipliers_about_the_least: { ...SINGLE, ...EXTREME_MULTIPLIERS.tiny },
  multiplier_carried: { ...SINGLE, ...EXTREME_MULTIPLIERS.carried },
});
