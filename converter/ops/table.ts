// Every op that tinykiln knows. To add one: its file, a line here, and its options in tflite/operators.ts.
import type { Op, Opcode } from '../graph/graph.js';
import { add } from './add.js';
import { averagePool2d } from './average_pool_2d.js';
import { batchNormalization } from './batch_normalization.js';
import { concatenation } from './concatenation.js';
import { conv2d } from './conv_2d.js';
import { depthwiseConv2d } from './depthwise_conv_2d.js';
import { dequantize } from './dequantize.js';
import { expandDims } from './expand_dims.js';
import { fullyConnected } from './fully_connected.js';
import { hardSwish } from './hard_swish.js';
import { leakyRelu } from './leaky_relu.js';
import { logSoftmax } from './log_softmax.js';
import { logistic } from './logistic.js';
import { maxPool2d } from './max_pool_2d.js';
import { maximum } from './maximum.js';
import { mean } from './mean.js';
import { minimum } from './minimum.js';
import { mul } from './mul.js';
import type { OpDefinition } from './op.js';
import { pack } from './pack.js';
import { pad } from './pad.js';
import { padV2 } from './padv2.js';
import { prelu } from './prelu.js';
import { quantize } from './quantize.js';
import { reduceMax } from './reduce_max.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { reshape } from './reshape.js';
import { resizeNearestNeighbor } from './resize_nearest_neighbor.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { split } from './split.js';
import { squeeze } from './squeeze.js';
import { stridedSlice } from './strided_slice.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { svdf } from './svdf.js';
import { tanh } from './tanh.js';
import { transpose } from './transpose.js';
import { transposeConv } from './transpose_conv.js';
import { unidirectionalSequenceLstm } from './unidirectional_sequence_lstm.js';
import { unpack } from './unpack.js';

export const OPS: { readonly [K in Opcode]: OpDefinition<K> } = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  TRANSPOSE_CONV: transposeConv,
  FULLY_CONNECTED: fullyConnected,
  AVERAGE_POOL_2D: averagePool2d,
  MAX_POOL_2D: maxPool2d,
  MEAN: mean,
  SUM: sum,
  REDUCE_MAX: reduceMax,
  ADD: add,
  SUB: sub,
  MUL: mul,
  MAXIMUM: maximum,
  MINIMUM: minimum,
  PAD: pad,
  PADV2: padV2,
  RESHAPE: reshape,
  SQUEEZE: squeeze,
  EXPAND_DIMS: expandDims,
  TRANSPOSE: transpose,
  CONCATENATION: concatenation,
  SPLIT: split,
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  PACK: pack,
  UNPACK: unpack,
  SOFTMAX: softmax,
  LOG_SOFTMAX: logSoftmax,
  LOGISTIC: logistic,
  TANH: tanh,
  RELU: relu,
  RELU6: relu6,
  LEAKY_RELU: leakyRelu,
  PRELU: prelu,
  HARD_SWISH: hardSwish,
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
  RESIZE_NEAREST_NEIGHBOR: resizeNearestNeighbor,
  SVDF: svdf,
  UNIDIRECTIONAL_SEQUENCE_LSTM: unidirectionalSequenceLstm,
  BATCH_NORMALIZATION: batchNormalization,
};

/** The definition of an op whose opcode is known only at run time. */
export function definitionOf(op: Op): OpDefinition<Opcode> {
  return OPS[op.opcode] as OpDefinition<Opcode>;
}
