// RELU on its own: what its ratio of scales can be, and where its clamps are.
import { unary, type Grid } from './unary.js';

const relu = (input: Grid, output: Grid, shape?: number[]) => unary('RELU', {}, input, output, shape);

export const reluCases = {
  finer_output: relu([0.05, -3], [0.031, -128]),
  all_of_int8: relu([0.021, 9], [0.0117, -128], [4, 64]),
  same_grid: relu([0.05, -20], [0.05, -20]),
  same_scale_other_zero_point: relu([0.05, 10], [0.05, -128]),
  nothing_is_negative: relu([0.02, -128], [0.0201, -128]),
  nothing_is_positive: relu([0.02, 127], [0.013, -128]),
  output_without_room: relu([0.04, 0], [0.02, 127]),
  zero_points_above_and_below: relu([0.03, 127], [0.05, 100]),
  halves: relu([0.5, -1], [1, -100], [3, 40]),
  ratio_next_to_one: relu([0.05, -30], [0.05000001, -30]),
  ratio_that_float32_would_turn: relu([1, 79], [8 / 3, -128], [4, 64]),
  large_ratio: relu([3, 2], [3 / 2 ** 22.9, -128]),
  tiny_ratio: relu([1e-6, 0], [30, -128]),
  ratio_that_flushes_to_zero: relu([2 ** -30, 0], [2 ** 4, -7]),
  one_dimension: relu([0.05, -3], [0.04, -128], [37]),
  two_batches: relu([0.011, 40], [0.013, -60], [2, 3, 2, 1, 5]),
};
