// SOFTMAX over the last dimension; int8 as TFLite Micro computes it, in gemmlowp's fixed point.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { oneOverOnePlus } from '../quantization/fixed_point.js';
import { roundingDivideByPOT, saturatingRoundingDoublingHighMul } from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import { gridOf, sameShape } from './lookup.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { elementwiseOverlaps } from './overlap.js';
import {
  checkRows,
  differenceFields,
  differenceTable,
  expTable,
  largestOf,
  SUM_INTEGER_BITS,
  sumOfExps,
} from './softmax_row.js';

const OUTPUT = { scale: 1 / 256, zeroPoint: -128 };

export const softmax: OpDefinition<'SOFTMAX'> = {
  opcode: 'SOFTMAX',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1 });
    check.expect(Number.isFinite(op.options.beta), () => `has beta ${op.options.beta}`);
    check.fixedOutput(OUTPUT);
    checkRows(check, op.options.beta);
  },
  outputShapes: sameShape,
  macs: () => 0,
  output: OUTPUT,
  constants: {},
  float32,
  int8,
  overlaps: elementwiseOverlaps,
  emit(op, graph) {
    const { shape } = graph.tensors[op.inputs[0]!]!;
    const depth = shape.at(-1)!;
    const differences = differenceFields(op.options.beta, gridOf(op.inputs[0]!, graph).scale);
    const params = { rows: elements(shape) / depth, depth, differences };
    return [{ kernel: 'tk_softmax_s8', params, arrays: [], arguments: throughTensors(op) }];
  },
};

function float32(op: Op<'SOFTMAX'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Float32Array;
  const output = values[op.outputs[0]!] as Float32Array;
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const { beta } = op.options;
  return () => {
    for (let start = 0; start < input.length; start += depth) {
      const end = start + depth;
      const largest = largestOf(input, start, end);
      let sum = 0;
      for (let i = start; i < end; i++) sum += Math.exp((input[i]! - largest) * beta);
      for (let i = start; i < end; i++) output[i] = Math.exp((input[i]! - largest) * beta) / sum;
    }
  };
}

function int8(op: Op<'SOFTMAX'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const exps = expTable(differenceTable(op.options.beta, gridOf(op.inputs[0]!, graph).scale));
  return () => {
    for (let start = 0; start < input.length; start += depth) softmaxRow(input, output, start, start + depth, exps);
  };
}

function softmaxRow(input: Int8Array, output: Int8Array, start: number, end: number, exps: Int32Array): void {
  const largest = largestOf(input, start, end);
  const sum = sumOfExps(input, start, end, largest, exps);
  const headroom = Math.clz32(sum);
  const reciprocal = oneOverOnePlus((sum << headroom) & 0x7fffffff);
  // Above 31 in a row of 512 or more that is nearly flat: TFLite Micro stops there; each value is below half a step.
  const shift = SUM_INTEGER_BITS - headroom + 31 - 8;
  if (shift > 31) {
    output.fill(-128, start, end);
    return;
  }
  for (let i = start; i < end; i++) {
    const scaled = saturatingRoundingDoublingHighMul(reciprocal, exps[largest - input[i]!]!);
    output[i] = Math.min(127, roundingDivideByPOT(scaled, shift) - 128);
  }
}
