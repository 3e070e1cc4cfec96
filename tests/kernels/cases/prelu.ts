// PRELU: how alpha meets the input, and the ends of both multipliers.
import { binaryCases } from './binary.js';

export const preluCases = binaryCases(
  'PRELU',
  { a: [2, 3, 2, 3], b: [3], constant: 'b', scales: [0.05, 0.008, 0.04], zeroPoints: [-3, 12, -30] },
  {
    shared_axes: { b: [1, 1, 3] },
    one_alpha: { b: [1] },
    scalar_alpha: { b: [] },
    alpha_for_each_element: { a: [3, 2, 4], b: [3, 2, 4] },
    alpha_for_each_row: { a: [1, 4, 3, 2], b: [4, 1, 1] },
    six_dimensions: { a: [1, 2, 1, 3, 2, 2], b: [2, 1, 1, 2, 1] },
    alpha_of_higher_rank: { a: [3, 2], b: [1, 1, 3, 2] },
    input_repeats: { a: [1, 3], b: [4, 3] },
    lowest_zero_points: { zeroPoints: [-128, -128, -128] },
    highest_zero_points: { zeroPoints: [127, 127, 127] },
    ties: { a: [6, 9], b: [9], scales: [0.5, 0.5, 0.25], zeroPoints: [0, 0, 0] },
    same_scale: { scales: [0.05, 0.01, 0.05], zeroPoints: [5, 0, 5] },
    multipliers_above_one: { scales: [2, 0.3, 0.5], zeroPoints: [100, -100, 0] },
    limits: { scales: [1, 2 ** -8, 2 ** -22], zeroPoints: [-128, 0, 9] },
    multipliers_vanish: { scales: [1e-9, 1e-3, 1] },
  },
);
