// MEAN: where the axes lie, and how many bits the division by the count gets.
import { AXES, reduceCases } from './reduce.js';

export const meanCases = reduceCases(
  'MEAN',
  {},
  {
    ...AXES,
    one_grid: { shape: [1, 4, 4, 3], axes: [1, 2], scales: [0.05, 0.05], zeroPoints: [3, 3] },
    one_grid_of_three: { shape: [3, 12], axes: [0], scales: [0.5, 0.5], zeroPoints: [0, 0] },
    lowest_and_highest_zero_point: { shape: [2, 7, 3], axes: [1], zeroPoints: [-128, 127] },
    highest_and_lowest_zero_point: { shape: [2, 7, 3], axes: [1], zeroPoints: [127, -128] },
    fine_output: { shape: [2, 6, 3], axes: [1], scales: [0.05, 0.004] },
    far_finer_output: { shape: [2, 3, 3], axes: [1], scales: [0.5, 1e-4], zeroPoints: [100, 0] },
    few_bits_left: { shape: [2, 40], axes: [1], scales: [3e-8, 8], zeroPoints: [0, 4] },
    no_bits_left: { shape: [2, 40], axes: [1], scales: [5e-9, 8], zeroPoints: [0, 4] },
    multiplier_vanishes: { shape: [2, 40], axes: [1], scales: [1e-9, 8], zeroPoints: [0, 4] },
  },
);
