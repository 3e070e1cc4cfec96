// ADD: shapes, and scales up to where either operand or the output comes to nothing.
import { binaryCases, SHAPES, type BinarySpec } from './binary.js';

/** Also for SUB, whose multipliers come about in float32. */
export const ADDITION: Record<string, BinarySpec> = {
  ...SHAPES,
  residual: { a: [1, 4, 4, 3], scales: [0.041, 0.037, 0.052], zeroPoints: [4, -11, -20], activation: 'RELU' },
  one_scale: { a: [5, 12], scales: [0.02, 0.02, 0.02], zeroPoints: [-7, 4, 1] },
  ties: { a: [5, 12], scales: [0.5, 0.25, 1], zeroPoints: [0, 0, 0] },
  lowest_zero_points: { zeroPoints: [-128, -128, -128] },
  highest_zero_points: { zeroPoints: [127, 127, 127] },
  relu6: { scales: [0.05, 0.03, 0.04], zeroPoints: [0, 5, -90], activation: 'RELU6' },
  relu_n1_to_1: { scales: [0.01, 0.02, 0.013], activation: 'RELU_N1_TO_1' },
  second_far_finer: { scales: [0.3, 1e-4, 0.3] },
  first_vanishes: { scales: [1e-12, 0.05, 0.06] },
  fine_output: { scales: [0.05, 0.03, 2e-7] },
  coarse_output: { scales: [1e-9, 2e-9, 3] },
};

export const addCases = binaryCases('ADD', {}, ADDITION);
