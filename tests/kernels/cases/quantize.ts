// QUANTIZE from float32 and between int8 scales: halves, clipping, ratios at their ends.
import { unary, type Grid } from './unary.js';

const quantize = (input: Grid, output: Grid, shape?: number[]) => unary('QUANTIZE', {}, input, output, shape);

export const quantizeCases = {
  // The first vectors of float32 are a ramp from −3 to 3.
  floats: quantize('float32', [0.05, -3]),
  floats_at_halves: quantize('float32', [0.5, 1], [25]),
  floats_at_halves_beyond_zero: quantize('float32', [0.25, -128], [49]),
  floats_coarse: quantize('float32', [5.9, 0]),
  floats_clipped: quantize('float32', [0.003, 20]),
  floats_all_clipped: quantize('float32', [1e-8, 0]),
  floats_of_a_tiny_scale: quantize('float32', [5e-9, -100]),
  floats_to_one_value: quantize('float32', [1e30, -100]),
  floats_lowest_zero_point: quantize('float32', [6 / 255, -128], [2, 3, 2, 1, 5]),
  floats_highest_zero_point: quantize('float32', [6 / 255, 127], [2, 3, 2, 1, 5]),
  finer: quantize([0.05, -3], [0.021, 5]),
  coarser: quantize([0.05, -3], [0.081, 5]),
  all_of_int8: quantize([0.05, -3], [0.043, -30], [4, 64]),
  same_grid: quantize([0.05, -3], [0.05, -3]),
  zero_point_only: quantize([0.05, -3], [0.05, 40]),
  halves: quantize([0.5, 1], [1, 0], [3, 50]),
  ratio_next_to_one: quantize([0.05, 7], [0.04999999, 7]),
  large_ratio: quantize([1, 5], [2 ** -22, -5]),
  tiny_ratio: quantize([1e-7, 100], [1, 60]),
  ratio_that_flushes_to_zero: quantize([2 ** -30, 0], [2 ** 4, -7]),
  lowest_and_highest_zero_point: quantize([0.05, -128], [0.06, 127]),
  highest_and_lowest_zero_point: quantize([0.05, 127], [0.06, -128]),
};
