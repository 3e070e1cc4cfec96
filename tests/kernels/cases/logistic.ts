// LOGISTIC: scales from where all is linear to where only the sign is left.
import { unary, type Grid } from './unary.js';

const logistic = (input: Grid, shape?: number[]) => unary('LOGISTIC', {}, input, [1 / 256, -128], shape);

export const logisticCases = {
  usual: logistic([0.05, -3]),
  all_of_int8: logistic([0.047, 6], [4, 64]),
  fine: logistic([0.0007, 12]),
  powers_of_two: logistic([1 / 32, 0], [3, 50]),
  ends_of_the_argument: logistic([0.125, -1], [3, 50]),
  coarse: logistic([3, 1]),
  only_its_sign: logistic([7.5, 0], [3, 50]),
  beyond_the_argument: logistic([16, 40]),
  far_beyond_the_argument: logistic([2 ** 30, -40]),
  least_scale: logistic([2 ** -28, 0]),
  lowest_zero_point: logistic([0.02, -128]),
  highest_zero_point: logistic([0.02, 127]),
  two_batches: logistic([0.06, 40], [2, 3, 2, 1, 5]),
};
