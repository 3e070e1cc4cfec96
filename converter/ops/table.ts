// Every op that tinykiln knows. To add one: its file, a line here, and its options in tflite/operators.ts.
import type { Op, Opcode } from '../graph/graph.js';
import { averagePool2d } from './average_pool_2d.js';
import { batchNormalization } from './batch_normalization.js';
import { conv2d } from './conv_2d.js';
import { depthwiseConv2d } from './depthwise_conv_2d.js';
import { fullyConnected } from './fully_connected.js';
import type { OpDefinition } from './op.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { reshape } from './reshape.js';
import { softmax } from './softmax.js';

export const OPS: { readonly [K in Opcode]: OpDefinition<K> } = {
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  FULLY_CONNECTED: fullyConnected,
  AVERAGE_POOL_2D: averagePool2d,
  RESHAPE: reshape,
  SOFTMAX: softmax,
  RELU: relu,
  RELU6: relu6,
  BATCH_NORMALIZATION: batchNormalization,
};

/** The definition of an op whose opcode is known only at run time. */
export function definitionOf(op: Op): OpDefinition<Opcode> {
  return OPS[op.opcode] as OpDefinition<Opcode>;
}
