// The tensors that an op with weights computes on; an absent bias is a row of zeros.
import type { Op } from '../graph/graph.js';
import type { Values } from './op.js';
import type { AccumulatingOp } from './requantize.js';

/** An op whose int32 sums of input × weights are requantized to its output. */
export type WeightedOp = AccumulatingOp | Op<'TRANSPOSE_CONV'>;

/** Among an op's inputs. */
interface OperandPositions {
  input: number;
  weights: number;
  bias: number;
}

export function operandPositions({ opcode }: WeightedOp): OperandPositions {
  return opcode === 'TRANSPOSE_CONV' ? { input: 2, weights: 1, bias: 3 } : { input: 0, weights: 1, bias: 2 };
}

/** Indices into the graph's tensors; that of an absent bias is −1. */
export function operandIndices(op: WeightedOp): OperandPositions & { output: number } {
  const { input, weights, bias } = operandPositions(op);
  return {
    input: op.inputs[input]!,
    weights: op.inputs[weights]!,
    bias: op.inputs[bias] ?? -1,
    output: op.outputs[0]!,
  };
}

export interface Operands<A extends Int8Array | Float32Array> {
  input: A;
  output: A;
  /** Constants as doubles, in which all sums are kept. */
  weights: Float64Array;
  bias: Float64Array;
  /** A row of sums, one per output channel. */
  acc: Float64Array;
}

export function operandsOf<A extends Int8Array | Float32Array>(
  op: WeightedOp,
  values: Values,
  channels: number,
): Operands<A> {
  const indices = operandIndices(op);
  const bias = values[indices.bias] as Int32Array | Float32Array | undefined;
  return {
    input: values[indices.input] as A,
    output: values[indices.output] as A,
    weights: Float64Array.from(values[indices.weights] as A),
    bias: bias ? Float64Array.from(bias) : new Float64Array(channels),
    acc: new Float64Array(channels),
  };
}
