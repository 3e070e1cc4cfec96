// The arrays that an op with weights computes on; an absent bias is a row of zeros.
import type { Values } from './op.js';
import type { AccumulatingOp } from './requantize.js';

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
  op: AccumulatingOp,
  values: Values,
  channels: number,
): Operands<A> {
  const bias = values[op.inputs[2] ?? -1] as Int32Array | Float32Array | undefined;
  return {
    input: values[op.inputs[0]!] as A,
    output: values[op.outputs[0]!] as A,
    weights: Float64Array.from(values[op.inputs[1]!] as A),
    bias: bias ? Float64Array.from(bias) : new Float64Array(channels),
    acc: new Float64Array(channels),
  };
}
