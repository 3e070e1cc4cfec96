// What an op's file says of its C: which kernel, with which parameters and constants. The emitter writes it down.
import type { CType } from './literals.js';

/** A field of a parameter struct: an integer, a float, the name of one of the call's arrays, or a struct of its own. */
export type CField = number | { float: number } | { array: string } | CFields;
export interface CFields {
  readonly [name: string]: CField;
}

export interface CArray {
  /** weights, bias, multiplier, shift: the layer's name comes before it. */
  name: string;
  type: CType;
  values: ArrayLike<number>;
}

/** Working memory that a call needs beside its tensors, at an address that suits its type. */
export interface CScratch {
  type: CType;
  elements: number;
}

/** What a kernel gets after its parameters: a tensor in the arena, an array of the call, its scratch, or no array. */
export type CArgument = { tensor: number } | { array: string } | { scratch: number } | null;

export interface KernelCall {
  /** tk_conv_2d_s8 … of the runtime, declared in tk_conv_2d.h; its parameters are of the type tk_conv_2d_params. */
  kernel: `tk_${string}_s8`;
  params: CFields;
  arrays: readonly CArray[];
  arguments: readonly CArgument[];
  /** In the arena for the time of the call; the calls of one layer share these bytes. */
  scratch?: readonly CScratch[];
}
