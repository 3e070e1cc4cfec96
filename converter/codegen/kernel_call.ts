// What an op's file says of its C: which kernel, with which parameters and constants. The emitter writes it down.
import { C_TYPES, type CType } from '../../base/c_literals.js';

/** Whose instructions kernels use: any core's, those of Arm's DSP extension (Cortex-M4, M7, M33), Helium's (M55). */
export type Core = 'portable' | 'dsp' | 'mve';

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
  /** Whether it begins at a multiple of 4 whatever its type is. */
  aligned?: boolean;
}

/** Working memory that a call needs beside its tensors, at an address that suits its type. */
export interface CScratch {
  type: CType;
  elements: number;
  /** On the stack of the function that runs the call; in the arena where it is left out. */
  onStack?: boolean;
}

/** Scratch of as many bytes is too much for the stack. */
const TOO_MUCH_FOR_STACK = 512;

/** Scratch that is small enough lies on the stack, which all layers share. */
export function scratchOf(type: CType, elements: number): CScratch {
  return C_TYPES[type] * elements < TOO_MUCH_FOR_STACK ? { type, elements, onStack: true } : { type, elements };
}

export function isOnStack({ scratch = [] }: Pick<KernelCall, 'scratch'>, number: number): boolean {
  return scratch[number]?.onStack === true;
}

/** The part of a call's scratch that lies in the arena. */
export function arenaScratch(call: Pick<KernelCall, 'scratch'>): readonly CScratch[] {
  return (call.scratch ?? []).filter((_, number) => !isOnStack(call, number));
}

/** What a kernel gets after its parameters: a tensor in the arena, an array of the call, its scratch; no array is NULL. */
export type CArgument = { tensor: number } | { array: string } | { scratch: number } | { absent: string; type: CType };

export interface KernelCall {
  /** tk_conv_2d_s8 … of the runtime, declared in tk_conv_2d.h; its parameters are of the type tk_conv_2d_params. */
  kernel: `tk_${string}_s8`;
  params: CFields;
  arrays: readonly CArray[];
  arguments: readonly CArgument[];
  /** For the time of the call; the calls of one layer share the bytes in the arena. */
  scratch?: readonly CScratch[];
}
