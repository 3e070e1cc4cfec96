// What ADD, SUB and MUL share: a fused activation, and a last multiplication from an int32 to the int8 output.
import type { CFields } from '../codegen/kernel_call.js';
import type { Graph, Op } from '../graph/graph.js';
import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import { activationRange, activationRangeInt8, type Range } from './activation.js';
import type { Combine } from './binary.js';
import { scaleFields } from './c_scale.js';
import { binaryGrids } from './scales.js';

export type ArithmeticOp = Op<'ADD'> | Op<'SUB'> | Op<'MUL'>;

/** Both operands may be constants of a range of their own. */
export const OPERANDS = { 0: { role: 'operand' }, 1: { role: 'operand' } } as const;

/** The real op with its activation. */
export function activated({ options }: ArithmeticOp, combine: Combine): Combine {
  const { min, max } = activationRange(options.activation);
  return (a, b) => Math.min(max, Math.max(min, combine(a, b)));
}

/** From int32 to the output: clamp(x × multiplier + zero point). */
export function toOutput(op: ArithmeticOp, graph: Graph, scaling: QuantizedMultiplier): (x: number) => number {
  const { min, max } = outputRange(op, graph);
  const [, , { zeroPoint }] = binaryGrids(op, graph);
  const { multiplier, shift } = scaling;
  return (x) => Math.min(max, Math.max(min, multiplyByQuantizedMultiplier(x, multiplier, shift) + zeroPoint));
}

/** The parameters of the same in C: tk_scale and tk_output. */
export function outputFields(op: ArithmeticOp, graph: Graph, scaling: QuantizedMultiplier): CFields {
  const [, , { zeroPoint }] = binaryGrids(op, graph);
  const scale = scaleFields(scaling);
  const output = { zero_point: zeroPoint, ...outputRange(op, graph), step: 0, right_only: scale.shift >= 1 ? 1 : 0 };
  return { scale: { ...scale }, output };
}

function outputRange(op: ArithmeticOp, graph: Graph): Range {
  const [, , { scale, zeroPoint }] = binaryGrids(op, graph);
  return activationRangeInt8(op.options.activation, scale, zeroPoint);
}
