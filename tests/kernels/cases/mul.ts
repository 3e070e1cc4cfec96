// MUL: shapes, and multipliers from those that shift to the left to those that vanish.
import { binaryCases, SHAPES } from './binary.js';

export const mulCases = binaryCases(
  'MUL',
  { scales: [0.05, 0.03, 0.15] },
  {
    ...SHAPES,
    gate: { a: [1, 4, 4, 3], b: [1, 1, 1, 3], scales: [0.05, 1 / 256, 0.04], zeroPoints: [9, -128, -30] },
    ties: { a: [5, 12], scales: [0.5, 0.25, 0.25], zeroPoints: [0, 0, 0] },
    lowest_zero_points: { zeroPoints: [-128, -128, -128] },
    highest_zero_points: { zeroPoints: [127, 127, 127] },
    relu: { zeroPoints: [3, -3, -40], activation: 'RELU' },
    relu6: { scales: [0.05, 0.03, 0.04], zeroPoints: [0, 5, -90], activation: 'RELU6' },
    relu_n1_to_1: { scales: [0.01, 0.02, 0.013], activation: 'RELU_N1_TO_1' },
    multiplier_above_one: { scales: [1, 4, 3], zeroPoints: [120, -5, 0] },
    multiplier_at_its_limit: { scales: [1, 1, 2 ** -14], zeroPoints: [-128, -128, 3] },
    multiplier_vanishes: { scales: [1e-6, 1e-6, 1] },
  },
);
