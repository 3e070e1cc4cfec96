// RELU6 on its own: where 6 comes to lie among the 256 values.
import { unary, type Grid } from './unary.js';

const relu6 = (grid: Grid, shape?: number[]) => unary('RELU6', {}, grid, grid, shape);

export const relu6Cases = {
  six_within_int8: relu6([0.05, -100]),
  all_of_int8: relu6([0.04, -90], [2, 128]),
  six_beyond_int8: relu6([0.02, -30]),
  six_at_a_half: relu6([4, 3]),
  six_rounds_to_zero: relu6([13, -5]),
  lowest_zero_point: relu6([6 / 255, -128]),
  highest_zero_point: relu6([0.1, 127]),
  tiny_scale: relu6([1e-7, 0]),
  huge_scale: relu6([1e9, 12]),
  two_batches: relu6([0.3, -1], [2, 1, 7]),
};
