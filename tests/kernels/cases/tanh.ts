// TANH: scales from where all is linear to where only the sign is left.
import { unary, type Grid } from './unary.js';

const tanh = (input: Grid, shape?: number[]) => unary('TANH', {}, input, [1 / 128, 0], shape);

export const tanhCases = {
  usual: tanh([0.05, -3]),
  all_of_int8: tanh([0.047, 6], [4, 64]),
  fine: tanh([0.0007, 12]),
  powers_of_two: tanh([1 / 32, 0], [3, 50]),
  ends_of_the_argument: tanh([0.125, -1], [3, 50]),
  coarse: tanh([3, 1]),
  only_its_sign: tanh([7.5, 0], [3, 50]),
  beyond_the_argument: tanh([16, 40]),
  far_beyond_the_argument: tanh([2 ** 30, -40]),
  least_scale: tanh([2 ** -28, 0]),
  lowest_zero_point: tanh([0.02, -128]),
  highest_zero_point: tanh([0.02, 127]),
  two_batches: tanh([0.06, 40], [2, 3, 2, 1, 5]),
};
