// DEPTHWISE_CONV_2D: each input channel has its own `depthMultiplier` filters; weights are [1, H, W, C × multiplier].
import { elements, type Graph, type Op } from '../graph/graph.js';
import { accumulateChannels } from './accumulate.js';
import { activationRange, clampRow } from './activation.js';
import { convolutionCall } from './c_convolution.js';
import { depthwiseCall } from './c_depthwise.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { operandsOf } from './operands.js';
import { requantization, requantizeRow } from './requantize.js';
import { checkWeights } from './weights_check.js';
import { slide, windowGeometry } from './window.js';
import { checkWindow } from './window_check.js';
import { windowOverlaps } from './window_overlap.js';

const CHANNEL_AXIS = 3;

export const depthwiseConv2d: OpDefinition<'DEPTHWISE_CONV_2D'> = {
  opcode: 'DEPTHWISE_CONV_2D',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 2, most: 3 });
    const weights = check.constant(1, 'weights', check.form);
    check.rank(check.input, 'input', 4);
    check.rank(weights, 'weights', 4);
    check.expect(
      check.form === 'float32' || op.inputs[2] !== -1,
      () => 'marks its bias as absent, where TFLite Micro ends; it can be left out',
    );
    checkWindow(check, op, graph);
    const { depthMultiplier } = op.options;
    check.positive({ depthMultiplier });
    const expected = check.input.shape[3]! * depthMultiplier;
    check.expect(
      weights.shape[0] === 1 && weights.shape[CHANNEL_AXIS] === expected,
      () => `has weights [${weights.shape.join(',')}], and they have to be [1,height,width,${expected}]`,
    );
    checkWeights(check, op, graph, { channels: expected, axis: CHANNEL_AXIS });
  },
  outputShapes(op, graph) {
    const { batches, outH, outW } = windowGeometry(op, graph);
    return [[batches, outH, outW, channels(op, graph)]];
  },
  macs(op, graph) {
    const { batches, outH, outW } = windowGeometry(op, graph);
    return batches * outH * outW * elements(graph.tensors[op.inputs[1]!]!.shape);
  },
  output: 'calibrated',
  constants: { 1: { role: 'weights', axis: CHANNEL_AXIS }, 2: { role: 'bias' } },
  float32,
  int8,
  overlaps: windowOverlaps,
  emit(op, graph, core) {
    const geometry = windowGeometry(op, graph);
    const outC = channels(op, graph);
    if (geometry.inC > 1) return [depthwiseCall(op, graph, core)];
    const weights = transposed(graph.tensors[op.inputs[1]!]!.data as Int8Array, outC);
    return [convolutionCall(op, graph, core, { geometry, weights, channels: outC, groups: 1 })];
  },
};

function channels(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph): number {
  return graph.tensors[op.inputs[1]!]!.shape[CHANNEL_AXIS]!;
}

/** Of one input channel, all filters see the same: a CONV_2D, whose weights are [outC, filterH, filterW, 1]. */
function transposed(weights: Int8Array, outC: number): Int8Array {
  const taps = weights.length / outC;
  return Int8Array.from(weights, (_, i) => weights[(i % taps) * outC + Math.floor(i / taps)]!);
}

function float32(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const { input, weights, bias, output, acc } = operandsOf<Float32Array>(op, values, channels(op, graph));
  const range = activationRange(op.options.activation);
  const patch = new Float64Array(g.filterH * g.filterW * g.inC);
  return slide(g, input, 0, patch, (place) => {
    accumulateChannels(weights, patch, bias, acc);
    clampRow(acc, range, output, place * acc.length);
  });
}

function int8(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const { input, weights, bias, output, acc } = operandsOf<Int8Array>(op, values, channels(op, graph));
  const r = requantization(op, graph, bias.length);
  const patch = new Float64Array(g.filterH * g.filterW * g.inC);
  return slide(g, input, r.inputOffset, patch, (place) => {
    accumulateChannels(weights, patch, bias, acc);
    requantizeRow(acc, r, output, place * acc.length);
  });
}
