// The graphs behind the committed kernel vectors, by op: each case is named for the edge that it holds.
import { elements, type Activation, type Graph, type Padding } from '../../converter/graph/graph.js';
import { GraphBuilder } from './builder.js';
import { addCases } from './cases/add.js';
import { concatenationCases } from './cases/concatenation.js';
import { dequantizeCases } from './cases/dequantize.js';
import { expandDimsCases } from './cases/expand_dims.js';
import { hardSwishCases } from './cases/hard_swish.js';
import { leakyReluCases } from './cases/leaky_relu.js';
import { logSoftmaxCases } from './cases/log_softmax.js';
import { logisticCases } from './cases/logistic.js';
import { maxPool2dCases } from './cases/max_pool_2d.js';
import { maximumCases } from './cases/maximum.js';
import { meanCases } from './cases/mean.js';
import { minimumCases } from './cases/minimum.js';
import { mulCases } from './cases/mul.js';
import { packCases } from './cases/pack.js';
import { padCases } from './cases/pad.js';
import { padV2Cases } from './cases/padv2.js';
import { preluCases } from './cases/prelu.js';
import { quantizeCases } from './cases/quantize.js';
import { reduceMaxCases } from './cases/reduce_max.js';
import { reluCases } from './cases/relu.js';
import { relu6Cases } from './cases/relu6.js';
import { reshapeCases } from './cases/reshape.js';
import { resizeNearestNeighborCases } from './cases/resize_nearest_neighbor.js';
import { sliceCases } from './cases/slice.js';
import { splitCases } from './cases/split.js';
import { squeezeCases } from './cases/squeeze.js';
import { stridedSliceCases } from './cases/strided_slice.js';
import { subCases } from './cases/sub.js';
import { sumCases } from './cases/sum.js';
import { svdfCases } from './cases/svdf.js';
import { tanhCases } from './cases/tanh.js';
import { transposeCases } from './cases/transpose.js';
import { unpackCases } from './cases/unpack.js';

interface Windowed {
  input: number[];
  /** Height and width. */
  filter: [number, number];
  out: number[];
  stride?: [number, number];
  dilation?: [number, number];
  padding?: Padding;
  activation?: Activation;
  /** Zero points of input and output. */
  zeroPoints?: [number, number];
  /** Largest |bias|; without it there is no bias. */
  bias?: number;
  /** One per channel, or one for all; spread about 0.01 without it. */
  scales?: number[];
  outputScale?: number;
}

const INPUT_SCALE = 0.05;

function spread(channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => 0.004 * (1 + c));
}

function options(spec: Windowed) {
  const [strideH, strideW] = spec.stride ?? [1, 1];
  const [dilationH, dilationW] = spec.dilation ?? [1, 1];
  const { padding = 'SAME', activation = 'NONE' } = spec;
  return { padding, strideH, strideW, activation, dilationH, dilationW };
}

/** An output scale at which the sums of `depth` random products fill int8 without clipping much. */
function fillingScale(depth: number, scales: readonly number[]): number {
  const middle = scales[scales.length >> 1]!;
  return (INPUT_SCALE * middle * Math.sqrt(depth) * 73 * 74) / 50;
}

function conv(seed: number, spec: Windowed): Graph {
  const channels = spec.out.at(-1)!;
  const scales = spec.scales ?? spread(channels);
  const depth = elements(spec.filter) * spec.input.at(-1)!;
  const [inZero, outZero] = spec.zeroPoints ?? [-3, 5];
  const b = new GraphBuilder('conv_2d', seed);
  const x = b.activation(spec.input, INPUT_SCALE, inZero);
  const w = b.weights({ shape: [channels, ...spec.filter, spec.input.at(-1)!], scales, axis: 0 });
  const bias = spec.bias === undefined ? [] : [b.bias(x, w, channels, spec.bias)];
  const y = b.activation(spec.out, spec.outputScale ?? fillingScale(depth, scales), outZero);
  return b.graph(x, b.op('CONV_2D', [x, w, ...bias], y, options(spec)));
}

function depthwise(seed: number, spec: Windowed): Graph {
  const channels = spec.out.at(-1)!;
  const scales = spec.scales ?? spread(channels);
  const [inZero, outZero] = spec.zeroPoints ?? [-3, 5];
  const b = new GraphBuilder('depthwise_conv_2d', seed);
  const x = b.activation(spec.input, INPUT_SCALE, inZero);
  const w = b.weights({ shape: [1, ...spec.filter, channels], scales, axis: 3 });
  const bias = spec.bias === undefined ? [] : [b.bias(x, w, channels, spec.bias)];
  const y = b.activation(spec.out, spec.outputScale ?? fillingScale(elements(spec.filter), scales), outZero);
  const depthMultiplier = channels / spec.input.at(-1)!;
  return b.graph(x, b.op('DEPTHWISE_CONV_2D', [x, w, ...bias], y, { ...options(spec), depthMultiplier }));
}

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

function pool(seed: number, spec: Windowed): Graph {
  const b = new GraphBuilder('average_pool_2d', seed);
  const [zeroPoint] = spec.zeroPoints ?? [-20];
  const x = b.activation(spec.input, INPUT_SCALE, zeroPoint);
  const y = b.activation(spec.out, INPUT_SCALE, zeroPoint);
  const [filterH, filterW] = spec.filter;
  const { padding, strideH, strideW, activation } = options(spec);
  return b.graph(x, b.op('AVERAGE_POOL_2D', [x], y, { padding, strideH, strideW, activation, filterH, filterW }));
}

function softmax(shape: number[], scale: number, beta: number): Graph {
  const b = new GraphBuilder('softmax', 1);
  const x = b.activation(shape, scale, 11);
  const y = b.activation(shape, 1 / 256, -128);
  return b.graph(x, b.op('SOFTMAX', [x], y, { beta }));
}

/** The layers of a keyword spotter in small: every op, one behind the other. */
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

export const KERNEL_CASES: Readonly<Record<string, Readonly<Record<string, Graph>>>> = {
  conv_2d: {
    same_stride_2_relu: conv(1, {
      input: [1, 7, 6, 3],
      filter: [3, 3],
      out: [1, 4, 3, 5],
      stride: [2, 2],
      bias: 900,
      activation: 'RELU',
    }),
    same_even_filter: conv(2, { input: [1, 7, 5, 2], filter: [2, 4], out: [1, 3, 2, 3], stride: [3, 3], bias: 100 }),
    valid_dilated: conv(3, {
      input: [1, 9, 8, 2],
      filter: [3, 2],
      out: [1, 5, 5, 3],
      dilation: [2, 3],
      padding: 'VALID',
    }),
    same_dilated: conv(4, { input: [1, 6, 6, 1], filter: [3, 3], out: [1, 6, 6, 2], dilation: [2, 2], bias: 50 }),
    pointwise_per_tensor_relu6: conv(5, {
      input: [1, 3, 2, 8],
      filter: [1, 1],
      out: [1, 3, 2, 7],
      scales: [0.01],
      bias: 70,
      outputScale: 0.0308,
      zeroPoints: [-3, -100],
      activation: 'RELU6',
    }),
    clamp_n1_to_1: conv(6, {
      input: [1, 4, 4, 2],
      filter: [2, 2],
      out: [1, 4, 4, 4],
      outputScale: 0.0137,
      activation: 'RELU_N1_TO_1',
    }),
    null_bias: conv(7, { input: [1, 4, 3, 2], filter: [3, 3], out: [1, 4, 3, 4] }),
    two_batches: conv(8, { input: [2, 3, 3, 2], filter: [3, 3], out: [2, 3, 3, 2], bias: 20 }),
    extreme_zero_points: conv(9, {
      input: [1, 4, 4, 3],
      filter: [3, 3],
      out: [1, 4, 4, 3],
      zeroPoints: [-128, 127],
      bias: 20,
    }),
    powers_of_two: conv(17, {
      input: [1, 16, 16, 1],
      filter: [1, 1],
      out: [1, 16, 16, 3],
      scales: [1 / 64, 1 / 128, 1 / 256],
      bias: 9,
      outputScale: INPUT_SCALE,
    }),
    multipliers_above_one_and_zero: conv(10, {
      input: [1, 9, 9, 1],
      filter: [1, 1],
      out: [1, 9, 9, 4],
      scales: [1, 2.3, 1e-12, 3e-9],
      bias: 9,
      outputScale: 0.03,
    }),
  },
  depthwise_conv_2d: {
    same_relu: depthwise(11, { input: [1, 6, 5, 4], filter: [3, 3], out: [1, 6, 5, 4], bias: 300, activation: 'RELU' }),
    valid_stride_2: depthwise(12, {
      input: [1, 7, 7, 3],
      filter: [3, 2],
      out: [1, 3, 3, 3],
      stride: [2, 2],
      padding: 'VALID',
      bias: 300,
    }),
    multiplier_3: depthwise(13, {
      input: [1, 5, 4, 2],
      filter: [3, 3],
      out: [1, 5, 4, 6],
      bias: 300,
      activation: 'RELU6',
    }),
    multiplier_8_of_one: depthwise(14, {
      input: [1, 8, 6, 1],
      filter: [4, 3],
      out: [1, 4, 3, 8],
      stride: [2, 2],
      bias: 300,
    }),
    dilated_null_bias: depthwise(15, { input: [1, 7, 6, 2], filter: [3, 3], out: [1, 7, 6, 2], dilation: [2, 2] }),
    per_tensor: depthwise(16, {
      input: [1, 4, 4, 3],
      filter: [3, 3],
      out: [1, 4, 4, 3],
      scales: [0.02],
      zeroPoints: [127, -128],
    }),
  },
  fully_connected: {
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
  },
  average_pool_2d: {
    same_edges: pool(31, { input: [1, 5, 6, 3], filter: [3, 4], out: [1, 5, 6, 3] }),
    valid_stride: pool(32, {
      input: [1, 7, 5, 2],
      filter: [2, 2],
      out: [1, 3, 2, 2],
      stride: [2, 2],
      padding: 'VALID',
    }),
    whole_input: pool(33, { input: [1, 6, 5, 4], filter: [6, 5], out: [1, 1, 1, 4], stride: [6, 5], padding: 'VALID' }),
    clamp_relu: pool(34, {
      input: [1, 4, 4, 2],
      filter: [2, 2],
      out: [1, 4, 4, 2],
      activation: 'RELU',
      zeroPoints: [-20, -20],
    }),
  },
  softmax: {
    twelve_classes: softmax([1, 12], 0.13, 1),
    one_class: softmax([1, 1], 0.1, 1),
    rows: softmax([2, 3, 5], 0.05, 1.75),
    steep: softmax([1, 16], 4, 10),
    flat: softmax([1, 40], 0.01, 0.5),
    capped_multiplier: softmax([1, 6], 30, 2),
  },
  pad: padCases,
  padv2: padV2Cases,
  reshape: reshapeCases,
  squeeze: squeezeCases,
  expand_dims: expandDimsCases,
  transpose: transposeCases,
  concatenation: concatenationCases,
  split: splitCases,
  slice: sliceCases,
  strided_slice: stridedSliceCases,
  pack: packCases,
  unpack: unpackCases,
  resize_nearest_neighbor: resizeNearestNeighborCases,
  max_pool_2d: maxPool2dCases,
  mean: meanCases,
  sum: sumCases,
  reduce_max: reduceMaxCases,
  add: addCases,
  sub: subCases,
  mul: mulCases,
  maximum: maximumCases,
  minimum: minimumCases,
  prelu: preluCases,
  relu: reluCases,
  relu6: relu6Cases,
  leaky_relu: leakyReluCases,
  logistic: logisticCases,
  tanh: tanhCases,
  hard_swish: hardSwishCases,
  log_softmax: logSoftmaxCases,
  quantize: quantizeCases,
  dequantize: dequantizeCases,
  svdf: svdfCases,
  ds_cnn: { all_ops: dsCnn() },
};
