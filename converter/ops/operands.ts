// The arrays that an op with weights computes on; an absent bias is a row of zeros.
import type { Values } from './op.js';
import type { AccumulatingOp } from './requantize.js';

export interface Float32Operands {
  input: Float32Array;
  weights: Float32Array;
  bias: Float32Array;
  output: Float32Array;
  /** A row of accumulators, one per output channel. */
  acc: Float64Array;
}

export interface Int8Operands {
  input: Int8Array;
  weights: Int8Array;
  bias: Int32Array;
  output: Int8Array;
  acc: Int32Array;
}

export function float32Operands(op: AccumulatingOp, values: Values, channels: number): Float32Operands {
  return {
    input: values[op.inputs[0]!] as Float32Array,
    weights: values[op.inputs[1]!] as Float32Array,
    bias: (values[op.inputs[2] ?? -1] as Float32Array | undefined) ?? new Float32Array(channels),
    output: values[op.outputs[0]!] as Float32Array,
    acc: new Float64Array(channels),
  };
}

export function int8Operands(op: AccumulatingOp, values: Values, channels: number): Int8Operands {
  return {
    input: values[op.inputs[0]!] as Int8Array,
    weights: values[op.inputs[1]!] as Int8Array,
    bias: (values[op.inputs[2] ?? -1] as Int32Array | undefined) ?? new Int32Array(channels),
    output: values[op.outputs[0]!] as Int8Array,
    acc: new Int32Array(channels),
  };
}
