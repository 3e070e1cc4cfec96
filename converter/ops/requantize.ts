// From int32 accumulators back to int8: the integers that convolutions and FULLY_CONNECTED compute with.
import type { Graph, Op, Quantization } from '../graph/graph.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from '../quantization/multiplier.js';
import { activationRangeInt8 } from './activation.js';
import { operandIndices, type WeightedOp } from './operands.js';

export type AccumulatingOp = Op<'CONV_2D'> | Op<'DEPTHWISE_CONV_2D'> | Op<'FULLY_CONNECTED'>;

/** output[c] = clamp(multiply(acc[c], multipliers[c], shifts[c]) + outputOffset), acc over (input + inputOffset). */
export interface Requantization {
  /** −zero point of the input. */
  inputOffset: number;
  /** Zero point of the output. */
  outputOffset: number;
  /** One per output channel, also where the weights have one scale. */
  multipliers: Int32Array;
  shifts: Int32Array;
  min: number;
  max: number;
}

/** The integers of an int8 op with `channels` output channels. */
export function requantization(op: WeightedOp, graph: Graph, channels: number): Requantization {
  const multipliers = new Int32Array(channels);
  const shifts = new Int32Array(channels);
  for (let c = 0; c < channels; c++) {
    const { multiplier, shift } = quantizeMultiplier(realMultiplier(op, graph, c));
    multipliers[c] = multiplier;
    shifts[c] = shift;
  }
  const indices = operandIndices(op);
  const inputZeroPoint = quantizationOf(indices.input, graph).zeroPoint[0]!;
  const output = quantizationOf(indices.output, graph);
  const outputOffset = output.zeroPoint[0]!;
  const { min, max } = activationRangeInt8(op.options.activation, output.scale[0]!, outputOffset);
  return { inputOffset: 0 - inputZeroPoint, outputOffset, multipliers, shifts, min, max };
}

/**
 * Input scale × weight scale / output scale of a channel. TFLite Micro multiplies in double, but for a FULLY_CONNECTED
 * with one weight scale in float32. (So at its commit 90b983c2, whose bytes are ours; at 8f6596d it is double there
 * too, which turns an output only where it lies within 2⁻¹⁶ of a tie.)
 */
export function realMultiplier(op: WeightedOp, graph: Graph, channel: number): number {
  const indices = operandIndices(op);
  const input = quantizationOf(indices.input, graph).scale[0]!;
  const weights = quantizationOf(indices.weights, graph).scale;
  const perTensor = weights.length === 1;
  const product = input * weights[perTensor ? 0 : channel]!;
  const rounded = perTensor && op.opcode === 'FULLY_CONNECTED' ? Math.fround(product) : product;
  return rounded / quantizationOf(indices.output, graph).scale[0]!;
}

function quantizationOf(index: number, graph: Graph): Quantization {
  return graph.tensors[index]!.quantization!;
}

/** The same for `count` channels from `first` on. */
export function requantizationOfChannels(r: Requantization, first: number, count: number): Requantization {
  const part = (all: Int32Array) => all.subarray(first, first + count);
  return { ...r, multipliers: part(r.multipliers), shifts: part(r.shifts) };
}

/** Requantizes one row of whole accumulators to `output` at `at`. */
export function requantizeRow(acc: Float64Array, r: Requantization, output: Int8Array, at: number): void {
  const { multipliers, shifts, outputOffset, min, max } = r;
  for (let c = 0; c < acc.length; c++) {
    const scaled = multiplyByQuantizedMultiplier(acc[c]!, multipliers[c]!, shifts[c]!) + outputOffset;
    output[at + c] = scaled < min ? min : scaled > max ? max : scaled;
  }
}
