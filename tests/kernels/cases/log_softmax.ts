// LOG_SOFTMAX: rows from flat to steep, at each end of the input's scale.
import { unary } from './unary.js';

const logSoftmax = (shape: number[], scale: number, zeroPoint = 11) =>
  unary('LOG_SOFTMAX', {}, [scale, zeroPoint], [1 / 16, 127], shape);

export const logSoftmaxCases = {
  twelve_classes: logSoftmax([1, 12], 0.13),
  one_class: logSoftmax([1, 1], 0.1),
  two_classes: logSoftmax([20, 2], 0.02),
  rows: logSoftmax([2, 3, 5], 0.05),
  one_dimension: logSoftmax([9], 0.07),
  all_of_int8: logSoftmax([2, 200], 0.08),
  flat: logSoftmax([1, 150], 0.001),
  sums_about_powers_of_two: logSoftmax([12, 8], 1e-5),
  steep: logSoftmax([4, 16], 4),
  ends_of_the_difference: logSoftmax([4, 16], 0.125),
  only_the_largest: logSoftmax([4, 6], 31),
  capped_multiplier: logSoftmax([4, 6], 1000),
  least_scale: logSoftmax([4, 6], 2 ** -25.9),
  lowest_zero_point: logSoftmax([4, 6], 0.1, -128),
  highest_zero_point: logSoftmax([4, 6], 0.1, 127),
};
