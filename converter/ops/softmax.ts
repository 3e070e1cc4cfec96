// SOFTMAX over the last dimension; int8 as TFLite Micro computes it, in gemmlowp's fixed point.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { expOnNegativeValues, oneOverOnePlus } from '../quantization/fixed_point.js';
import {
  quantizeMultiplier,
  roundingDivideByPOT,
  saturatingRoundingDoublingHighMul,
  type QuantizedMultiplier,
} from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';

/** exp's argument is Q5.26, the sum of exps Q12.19. */
const DIFFERENCE_INTEGER_BITS = 5;
const SUM_INTEGER_BITS = 12;
/** From here on a row of ones overflows the sum. */
const DEPTH_LIMIT = 2 ** SUM_INTEGER_BITS;
const OUTPUT = { scale: 1 / 256, zeroPoint: -128 };

export const softmax: OpDefinition<'SOFTMAX'> = {
  opcode: 'SOFTMAX',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1 });
    check.expect(check.input.shape.length >= 1, () => 'has a single value as input');
    check.expect(Number.isFinite(op.options.beta), () => `has beta ${op.options.beta}`);
    check.fixedOutput(OUTPUT);
    if (check.form === 'float32') return;
    const depth = check.input.shape.at(-1)!;
    check.expect(depth < DEPTH_LIMIT, () => `has ${depth} classes, and at most ${DEPTH_LIMIT - 1} can be summed`);
    const real = inputMultiplier(op, graph);
    check.expect(real > 1, () => `has beta × input scale = ${real / 2 ** 26}, and it has to be above 2^-26`);
  },
  outputShapes: (op, graph) => [[...graph.tensors[op.inputs[0]!]!.shape]],
  macs: () => 0,
  output: OUTPUT,
  constants: {},
  float32,
  int8,
  emit(op, graph) {
    const { shape } = graph.tensors[op.inputs[0]!]!;
    const depth = shape.at(-1)!;
    const { multiplier, shift, radius } = inputScaling(op, graph);
    const params = { rows: elements(shape) / depth, depth, multiplier, left_shift: shift, diff_min: 0 - radius };
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
      let largest = -Infinity;
      for (let i = start; i < end; i++) largest = Math.max(largest, input[i]!);
      let sum = 0;
      for (let i = start; i < end; i++) sum += Math.exp((input[i]! - largest) * beta);
      for (let i = start; i < end; i++) output[i] = Math.exp((input[i]! - largest) * beta) / sum;
    }
  };
}

/** beta × input scale in units of Q5.26, capped where exp of the smallest difference is 0 anyway. */
function inputMultiplier(op: Op<'SOFTMAX'>, graph: Graph): number {
  const scale = graph.tensors[op.inputs[0]!]!.quantization!.scale[0]!;
  return Math.min(op.options.beta * scale * 2 ** (31 - DIFFERENCE_INTEGER_BITS), 2 ** 31 - 1);
}

/** The fixed-point form of beta × input scale, and the largest difference that Q5.26 holds after it. */
function inputScaling(op: Op<'SOFTMAX'>, graph: Graph): QuantizedMultiplier & { radius: number } {
  const { multiplier, shift } = quantizeMultiplier(inputMultiplier(op, graph));
  const radius = Math.floor(((2 ** DIFFERENCE_INTEGER_BITS - 1) * 2 ** (31 - DIFFERENCE_INTEGER_BITS)) / 2 ** shift);
  return { multiplier, shift, radius: Math.min(255, radius) };
}

/** exp(−d × beta × scale) in Q0.31 for d = 0 … 255; 0 from the difference on that Q5.26 cannot hold. */
export function softmaxExpTable(op: Op<'SOFTMAX'>, graph: Graph): Int32Array {
  const { multiplier, shift, radius } = inputScaling(op, graph);
  return Int32Array.from({ length: 256 }, (_, d) => {
    if (d > radius) return 0;
    return expOnNegativeValues(saturatingRoundingDoublingHighMul(-d << shift, multiplier));
  });
}

function int8(op: Op<'SOFTMAX'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  const depth = graph.tensors[op.inputs[0]!]!.shape.at(-1)!;
  const exps = softmaxExpTable(op, graph);
  return () => {
    for (let start = 0; start < input.length; start += depth) softmaxRow(input, output, start, start + depth, exps);
  };
}

function softmaxRow(input: Int8Array, output: Int8Array, start: number, end: number, exps: Int32Array): void {
  let largest = -128;
  for (let i = start; i < end; i++) largest = Math.max(largest, input[i]!);
  let sum = 0;
  for (let i = start; i < end; i++) sum += roundingDivideByPOT(exps[largest - input[i]!]!, SUM_INTEGER_BITS);
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
