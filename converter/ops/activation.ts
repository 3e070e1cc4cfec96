// The range to which a fused activation clamps, for real and for int8 outputs.
import type { Activation } from '../graph/graph.js';

export interface Range {
  min: number;
  max: number;
}

const REAL: Readonly<Record<Activation, Range>> = {
  NONE: { min: -Infinity, max: Infinity },
  RELU: { min: 0, max: Infinity },
  RELU_N1_TO_1: { min: -1, max: 1 },
  RELU6: { min: 0, max: 6 },
};

export function activationRange(activation: Activation): Range {
  return REAL[activation];
}

/** The same in an int8 output's units. TFLite divides in float32 and rounds halves away from zero. */
export function activationRangeInt8(activation: Activation, scale: number, zeroPoint: number): Range {
  const { min, max } = REAL[activation];
  return {
    min: Math.max(-128, zeroPoint + roundAway(Math.fround(min / scale))),
    max: Math.min(127, zeroPoint + roundAway(Math.fround(max / scale))),
  };
}

/** To the nearest integer, halves away from zero: C's round. */
export function roundAway(x: number): number {
  return Math.sign(x) * Math.round(Math.abs(x));
}

/** Clamps one row of real values to `output` at `at`. */
export function clampRow(row: Float64Array, { min, max }: Range, output: Float32Array, at: number): void {
  for (let c = 0; c < row.length; c++) {
    const value = row[c]!;
    output[at + c] = value < min ? min : value > max ? max : value;
  }
}
