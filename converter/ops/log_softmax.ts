// LOG_SOFTMAX over the last dimension: x − max − ln Σ exp(x − max); int8 as TFLite Micro computes it, in fixed point.
// Source: tensorflow/lite/kernels/internal/reference/log_softmax.h.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { logOfOneOrMore } from '../quantization/fixed_point.js';
import { roundingDivideByPOT } from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import { gridOf, sameShape } from './lookup.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { elementwiseOverlaps } from './overlap.js';
import { checkRows, differenceFields, differenceTable, expTable, largestOf, sumOfExps } from './softmax_row.js';

const OUTPUT = { scale: 16 / 256, zeroPoint: 127 };
/** From Q5.26 to the output's steps of 2⁻⁴. */
const OUTPUT_SHIFT = 26 - 4;
/** −16 in Q5.26: what is as small gives the least output, whatever the sum is. */
const LEAST_DIFFERENCE = -(2 ** 30);

export const logSoftmax: OpDefinition<'LOG_SOFTMAX'> = {
  opcode: 'LOG_SOFTMAX',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1 });
    check.fixedOutput(OUTPUT);
    checkRows(check, 1);
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
    const differences = differenceFields(1, gridOf(op.inputs[0]!, graph).scale);
    const params = { rows: elements(shape) / depth, depth, differences };
    return [{ kernel: 'tk_log_softmax_s8', params, arrays: [], arguments: throughTensors(op) }];
  },
};

function float32(op: Op<'LOG_SOFTMAX'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Float32Array;
  const output = values[op.outputs[0]!] as Float32Array;
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  return () => {
    for (let start = 0; start < input.length; start += depth) {
      const end = start + depth;
      const largest = largestOf(input, start, end);
      let sum = 0;
      for (let i = start; i < end; i++) sum += Math.exp(input[i]! - largest);
      for (let i = start; i < end; i++) output[i] = input[i]! - largest - Math.log(sum);
    }
  };
}

/**
 * TFLite Micro has a second limit on the differences, which keeps difference − ln Σ within 32 bits. It needs no place
 * here: what it leaves out is below −16, so that it gives the least output either way.
 */
function int8(op: Op<'LOG_SOFTMAX'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const exact = differenceTable(1, gridOf(op.inputs[0]!, graph).scale);
  const exps = expTable(exact);
  const differences = exact.map((difference) => Math.max(LEAST_DIFFERENCE, difference));
  return () => {
    for (let start = 0; start < input.length; start += depth) {
      const largest = largestOf(input, start, start + depth);
      const log = logOfOneOrMore(sumOfExps(input, start, start + depth, largest, exps));
      for (let i = start; i < start + depth; i++) {
        const scaled = roundingDivideByPOT(differences[largest - input[i]!]! - log, OUTPUT_SHIFT);
        output[i] = Math.max(-128, Math.min(127, scaled + OUTPUT.zeroPoint));
      }
    }
  };
}
