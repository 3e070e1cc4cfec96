// LEAKY_RELU: either multiplier at its ends, and alphas of either sign.
import { unary, type Grid } from './unary.js';

const leaky = (alpha: number, input: Grid, output: Grid, shape?: number[]) =>
  unary('LEAKY_RELU', { alpha }, input, output, shape);

export const leakyReluCases = {
  keras_default: leaky(0.3, [0.05, -3], [0.03, -70]),
  all_of_int8: leaky(0.1, [0.023, 17], [0.021, -40], [4, 64]),
  alpha_zero: leaky(0, [0.05, 5], [0.03, -128]),
  alpha_one: leaky(1, [0.05, 5], [0.05, 5]),
  alpha_one_coarser: leaky(1, [0.05, 5], [0.09, -2]),
  alpha_above_one: leaky(2.5, [0.02, 30], [0.06, 60]),
  alpha_negative: leaky(-0.25, [0.05, 9], [0.04, -90], [3, 50]),
  alpha_minus_one_halves: leaky(-1, [0.5, 0], [1, -128], [3, 50]),
  alpha_that_flushes_to_zero: leaky(1e-12, [0.05, 0], [0.05, -20]),
  alpha_with_large_ratio: leaky(4e6, [0.05, 100], [0.05, 10]),
  halves: leaky(0.5, [0.25, -1], [0.25, 3], [3, 50]),
  lowest_and_highest_zero_point: leaky(0.2, [0.03, -128], [0.03, 127]),
  highest_and_lowest_zero_point: leaky(0.2, [0.03, 127], [0.03, -128]),
  large_ratio: leaky(0.01, [1, 0], [2 ** -22, 0]),
  tiny_ratio: leaky(0.3, [1e-7, 3], [20, 3]),
  two_batches: leaky(0.2, [0.011, 40], [0.013, -60], [2, 3, 2, 1, 5]),
};
