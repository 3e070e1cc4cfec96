// FULLY_CONNECTED: weights [out, in] on an input that is read as rows of `in` values, whatever its shape.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { accumulateRows } from './accumulate.js';
import { activationRange, clampRow } from './activation.js';
import { convolutionCall } from './c_convolution.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { operandsOf } from './operands.js';
import { rowOverlap } from './overlap.js';
import { PairedRows } from './paired_rows.js';
import { requantization, requantizeRow } from './requantize.js';
import { checkWeights } from './weights_check.js';
import { pointwise } from './window.js';

const CHANNEL_AXIS = 0;

export const fullyConnected: OpDefinition<'FULLY_CONNECTED'> = {
  opcode: 'FULLY_CONNECTED',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 2, most: 3 });
    const weights = check.constant(1, 'weights', check.form);
    check.rank(weights, 'weights', 2);
    const [channels, depth] = weights.shape as [number, number];
    const { shape } = check.input;
    const rest = op.options.keepNumDims ? (shape.at(-1) ?? 1) - depth : elements(shape) % depth;
    check.expect(rest === 0, () => `has weights for rows of ${depth} values on an input of [${shape.join(',')}]`);
    checkWeights(check, op, graph, { channels, axis: CHANNEL_AXIS });
  },
  outputShapes(op, graph) {
    const { rows, channels } = sizes(op, graph);
    const { shape } = graph.tensors[op.inputs[0]!]!;
    return [op.options.keepNumDims ? [...shape.slice(0, -1), channels] : [rows, channels]];
  },
  macs(op, graph) {
    const { rows, depth, channels } = sizes(op, graph);
    return rows * depth * channels;
  },
  output: 'calibrated',
  // Per tensor: TFLite Micro before September 2024 took the first of several scales for all channels, without a word.
  constants: { 1: { role: 'weights', axis: null }, 2: { role: 'bias' } },
  float32,
  int8,
  overlaps(op, graph) {
    const { rows, depth, channels } = sizes(op, graph);
    return [rowOverlap(op.inputs[0]!, op.outputs[0]!, { rows, from: depth, to: channels })];
  },
  emit(op, graph, core) {
    const { rows, depth, channels } = sizes(op, graph);
    const weights = graph.tensors[op.inputs[1]!]!.data as Int8Array;
    return [convolutionCall(op, graph, core, { geometry: pointwise(rows, depth), weights, channels, groups: 1 })];
  },
};

function sizes(op: Op<'FULLY_CONNECTED'>, graph: Graph): { rows: number; depth: number; channels: number } {
  const [channels, depth] = graph.tensors[op.inputs[1]!]!.shape as [number, number];
  return { rows: elements(graph.tensors[op.inputs[0]!]!.shape) / depth, depth, channels };
}

function float32(op: Op<'FULLY_CONNECTED'>, graph: Graph, values: Values): Kernel {
  const { rows, depth, channels } = sizes(op, graph);
  const { input, weights, bias, output, acc } = operandsOf<Float32Array>(op, values, channels);
  const range = activationRange(op.options.activation);
  const patch = new Float64Array(depth);
  return () => {
    for (let row = 0; row < rows; row++) {
      copyRow(input, row * depth, 0, patch);
      accumulateRows(weights, patch, bias, acc);
      clampRow(acc, range, output, row * channels);
    }
  };
}

/** patch[k] = input[start + k] + offset */
function copyRow(input: Float32Array | Int8Array, start: number, offset: number, patch: Float64Array): void {
  for (let k = 0; k < patch.length; k++) patch[k] = input[start + k]! + offset;
}

function int8(op: Op<'FULLY_CONNECTED'>, graph: Graph, values: Values): Kernel {
  const { rows, depth, channels } = sizes(op, graph);
  const { input, weights, bias, output } = operandsOf<Int8Array>(op, values, channels);
  const r = requantization(op, graph, channels);
  const patch = new Float64Array(depth);
  const products = new PairedRows(weights, bias, patch);
  return () => {
    for (let row = 0; row < rows; row++) {
      copyRow(input, row * depth, r.inputOffset, patch);
      products.accumulate();
      requantizeRow(products.sums, r, output, row * channels);
    }
  };
}
