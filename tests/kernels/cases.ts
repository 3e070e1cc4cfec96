// The graphs behind the committed kernel vectors, by op: each case is named for the edge that it holds.
import type { Graph } from '../../converter/graph/graph.js';
import { addCases } from './cases/add.js';
import { averagePool2dCases } from './cases/average_pool_2d.js';
import { concatenationCases } from './cases/concatenation.js';
import { conv2dCases } from './cases/conv_2d.js';
import { depthwiseConv2dCases } from './cases/depthwise_conv_2d.js';
import { dequantizeCases } from './cases/dequantize.js';
import { dsCnnCases } from './cases/ds_cnn.js';
import { expandDimsCases } from './cases/expand_dims.js';
import { fullyConnectedCases } from './cases/fully_connected.js';
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
import { softmaxCases } from './cases/softmax.js';
import { splitCases } from './cases/split.js';
import { squeezeCases } from './cases/squeeze.js';
import { stridedSliceCases } from './cases/strided_slice.js';
import { subCases } from './cases/sub.js';
import { sumCases } from './cases/sum.js';
import { svdfCases } from './cases/svdf.js';
import { tanhCases } from './cases/tanh.js';
import { transposeCases } from './cases/transpose.js';
import { transposeConvCases } from './cases/transpose_conv.js';
import { unidirectionalSequenceLstmCases } from './cases/unidirectional_sequence_lstm.js';
import { unpackCases } from './cases/unpack.js';

export const KERNEL_CASES: Readonly<Record<string, Readonly<Record<string, Graph>>>> = {
  conv_2d: conv2dCases,
  depthwise_conv_2d: depthwiseConv2dCases,
  transpose_conv: transposeConvCases,
  fully_connected: fullyConnectedCases,
  average_pool_2d: averagePool2dCases,
  softmax: softmaxCases,
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
  unidirectional_sequence_lstm: unidirectionalSequenceLstmCases,
  ds_cnn: dsCnnCases,
};
