// HARD_SWISH: each way that its 16-bit gate and its output are shifted.
import { unary, type Grid } from './unary.js';

const hardSwish = (input: Grid, output: Grid, shape?: number[]) => unary('HARD_SWISH', {}, input, output, shape);

export const hardSwishCases = {
  usual: hardSwish([0.05, -3], [0.027, -114]),
  all_of_int8: hardSwish([0.031, 5], [0.017, -100], [4, 64]),
  gate_shifted_left: hardSwish([0.4, -20], [0.21, -126]),
  gate_saturates: hardSwish([25, 0], [25, 0]),
  gate_shifted_farthest: hardSwish([2.5e7, 1], [2.5e7, -1]),
  gate_unshifted: hardSwish([1 / 128, 0], [1 / 256, -80]),
  gate_shifted_right: hardSwish([0.001, 0], [0.0005, 0]),
  gate_shifted_right_by_more_than_15: hardSwish([2 ** -24, 3], [2 ** -25, -3]),
  output_unshifted: hardSwish([0.5, -10], [0.0042, 0]),
  output_shifted_by_more_than_15: hardSwish([0.01, 0], [9, 4]),
  output_that_flushes_to_zero: hardSwish([2 ** -10, 0], [2 ** 20, 4]),
  multiplier_that_float32_would_turn: hardSwish([0.129411772, 0], [0.0644913614, -128], [4, 64]),
  powers_of_two: hardSwish([1 / 16, 0], [1 / 16, 0], [3, 50]),
  lowest_zero_points: hardSwish([0.02, -128], [0.02, -128]),
  highest_zero_points: hardSwish([0.06, 127], [0.003, 127]),
  two_batches: hardSwish([0.06, 40], [0.03, -110], [2, 3, 2, 1, 5]),
};
