// DEPTHWISE_CONV_2D: windows of every kind, with several filters for an input channel and with one.
import { elements, type Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';
import { fillingScale, INPUT_SCALE, spread, windowOptions, windowOutput, type Convolution } from './windowed.js';

function depthwise(seed: number, spec: Convolution): Graph {
  const { input, filter, channels, scales = spread(channels), zeroPoints = [-3, 5] } = spec;
  const b = new GraphBuilder('depthwise_conv_2d', seed);
  const x = b.activation(input, INPUT_SCALE, zeroPoints[0]);
  const w = b.weights({ shape: [1, ...filter, channels], scales, axis: 3 });
  const bias = spec.bias === undefined ? [] : [b.bias(x, w, channels, spec.bias)];
  const scale = spec.outputScale ?? fillingScale(elements(filter), scales);
  const y = b.activation(windowOutput(spec, channels), scale, zeroPoints[1]);
  const options = { ...windowOptions(spec), depthMultiplier: channels / input.at(-1)! };
  return b.graph(x, b.op('DEPTHWISE_CONV_2D', [x, w, ...bias], y, options));
}

export const depthwiseConv2dCases: Record<string, Graph> = {
  same_relu: depthwise(11, { input: [1, 6, 5, 4], filter: [3, 3], channels: 4, bias: 300, activation: 'RELU' }),
  valid_stride_2: depthwise(12, {
    input: [1, 7, 7, 3],
    filter: [3, 2],
    channels: 3,
    stride: [2, 2],
    padding: 'VALID',
    bias: 300,
  }),
  multiplier_3: depthwise(13, {
    input: [1, 5, 4, 2],
    filter: [3, 3],
    channels: 6,
    bias: 300,
    activation: 'RELU6',
  }),
  multiplier_8_of_one: depthwise(14, {
    input: [1, 8, 6, 1],
    filter: [4, 3],
    channels: 8,
    stride: [2, 2],
    bias: 300,
  }),
  dilated_null_bias: depthwise(15, { input: [1, 7, 6, 2], filter: [3, 3], channels: 2, dilation: [2, 2] }),
  per_tensor: depthwise(16, {
    input: [1, 4, 4, 3],
    filter: [3, 3],
    channels: 3,
    scales: [0.02],
    zeroPoints: [127, -128],
  }),
};
