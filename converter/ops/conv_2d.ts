// CONV_2D: NHWC input, OHWI weights, optional bias; filters of fewer channels than the input's come in groups.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { accumulateRows } from './accumulate.js';
import { activationRange, clampRow } from './activation.js';
import { convolutionCall } from './c_convolution.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { operandsOf } from './operands.js';
import { PairedRows } from './paired_rows.js';
import { requantization, requantizationOfChannels, requantizeRow } from './requantize.js';
import { checkWeights } from './weights_check.js';
import { slide, windowGeometry } from './window.js';
import { checkWindow } from './window_check.js';
import { windowOverlaps } from './window_overlap.js';

const CHANNEL_AXIS = 0;

export const conv2d: OpDefinition<'CONV_2D'> = {
  opcode: 'CONV_2D',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 2, most: 3 });
    const weights = check.constant(1, 'weights', check.form);
    check.rank(check.input, 'input', 4);
    check.rank(weights, 'weights', 4);
    const [filters, filterC, inC] = [weights.shape[0]!, weights.shape[3]!, check.input.shape[3]!];
    check.expect(
      inC % filterC === 0 && filters % (inC / filterC) === 0,
      () => `has ${filters} filters for ${filterC} channels on ${inC}, which do not make groups of one size`,
    );
    checkWindow(check, op, graph);
    checkWeights(check, op, graph, { channels: channels(op, graph), axis: CHANNEL_AXIS });
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
    const weights = graph.tensors[op.inputs[1]!]!.data as Int8Array;
    const { count: groups } = groupsOf(op, graph);
    const geometry = windowGeometry(op, graph);
    return [convolutionCall(op, graph, core, { geometry, weights, channels: channels(op, graph), groups })];
  },
};

function channels(op: Op<'CONV_2D'>, graph: Graph): number {
  return graph.tensors[op.inputs[1]!]!.shape[CHANNEL_AXIS]!;
}

/** How many groups there are, and the channels of each. */
interface Groups {
  count: number;
  inputs: number;
  outputs: number;
}

function groupsOf(op: Op<'CONV_2D'>, graph: Graph): Groups {
  const inputs = graph.tensors[op.inputs[1]!]!.shape[3]!;
  const count = graph.tensors[op.inputs[0]!]!.shape[3]! / inputs;
  return { count, inputs, outputs: channels(op, graph) / count };
}

/** Filters that see the same channels of the input. */
interface Group {
  /** Its first channels. */
  input: number;
  output: number;
  weights: Float64Array;
  bias: Float64Array;
  /** For what the filters see at one place. */
  patch: Float64Array;
}

/** One kernel behind the other for the groups, each of which writes its own channels of the output. */
function inGroups(
  op: Op<'CONV_2D'>,
  graph: Graph,
  { weights, bias }: { weights: Float64Array; bias: Float64Array },
  kernelOf: (group: Group) => Kernel,
): Kernel {
  const { count, inputs, outputs } = groupsOf(op, graph);
  const depth = weights.length / bias.length;
  const kernels = Array.from({ length: count }, (_, group) => {
    const output = group * outputs;
    return kernelOf({
      input: group * inputs,
      output,
      weights: weights.subarray(output * depth, (output + outputs) * depth),
      bias: bias.subarray(output, output + outputs),
      patch: new Float64Array(depth),
    });
  });
  return kernels.length === 1 ? kernels[0]! : () => kernels.forEach((kernel) => kernel());
}

function float32(op: Op<'CONV_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const outC = channels(op, graph);
  const operands = operandsOf<Float32Array>(op, values, outC);
  const { input, output } = operands;
  const range = activationRange(op.options.activation);
  return inGroups(op, graph, operands, (group) => {
    const { weights, bias, patch } = group;
    const acc = new Float64Array(bias.length);
    const visit = (place: number) => {
      accumulateRows(weights, patch, bias, acc);
      clampRow(acc, range, output, place * outC + group.output);
    };
    return slide(g, input, 0, patch, visit, group.input);
  });
}

function int8(op: Op<'CONV_2D'>, graph: Graph, values: Values): Kernel {
  const g = windowGeometry(op, graph);
  const outC = channels(op, graph);
  const operands = operandsOf<Int8Array>(op, values, outC);
  const { input, output } = operands;
  const all = requantization(op, graph, outC);
  return inGroups(op, graph, operands, (group) => {
    const { weights, bias, patch } = group;
    const rows = new PairedRows(weights, bias, patch);
    const r = requantizationOfChannels(all, group.output, bias.length);
    const visit = (place: number) => {
      rows.accumulate();
      requantizeRow(rows.sums, r, output, place * outC + group.output);
    };
    return slide(g, input, r.inputOffset, patch, visit, group.input);
  });
}
