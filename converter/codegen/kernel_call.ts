// What an op's file says of its C: which kernel, with which parameters and constants. The emitter writes it down.
import type { CType } from './literals.js';

/** A field of a parameter struct: a number, the name of one of the call's arrays, or a struct of its own. */
export type CField = number | { array: string } | CFields;
export interface CFields {
  readonly [name: string]: CField;
}

export interface CArray {
  /** weights, bias, multiplier, shift: the layer's name comes before it. */
  name: string;
  type: CType;
  values: ArrayLike<number>;
}

export interface KernelCall {
  /** tk_conv_2d_s8 … of the runtime; its parameters are of the type <kernel without _s8>_params. */
  kernel: `tk_${string}_s8`;
  params: CFields;
  arrays: readonly CArray[];
  /** Names of the arrays that follow the input in the call. */
  operands: readonly string[];
}
