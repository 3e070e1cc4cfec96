// SUM: where the axes lie, and multipliers above 1 and next to nothing.
import { AXES, reduceCases } from './reduce.js';

export const sumCases = reduceCases(
  'SUM',
  { scales: [0.05, 0.12] },
  {
    ...AXES,
    one_grid: { shape: [3, 12], axes: [0], scales: [0.05, 0.05], zeroPoints: [3, 3] },
    lowest_and_highest_zero_point: { shape: [2, 7, 3], axes: [1], zeroPoints: [-128, 127] },
    highest_and_lowest_zero_point: { shape: [2, 7, 3], axes: [1], zeroPoints: [127, -128] },
    ties: { shape: [3, 24], axes: [0], scales: [0.25, 0.5], zeroPoints: [0, 0] },
    fine_output: { shape: [2, 3, 3], axes: [1], scales: [0.5, 1e-4], zeroPoints: [100, 0] },
    multiplier_vanishes: { shape: [2, 12], axes: [1], scales: [1e-9, 8] },
  },
);
