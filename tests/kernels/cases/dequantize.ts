// DEQUANTIZE: products that are exact in float32, that are rounded, and that leave its normal range.
import { unary } from './unary.js';

const dequantize = (scale: number, zeroPoint: number, shape?: number[]) =>
  unary('DEQUANTIZE', {}, [scale, zeroPoint], 'float32', shape);

export const dequantizeCases = {
  usual: dequantize(0.05, -3),
  all_of_int8: dequantize(0.0123, 31, [2, 64]),
  power_of_two: dequantize(1 / 64, 0, [7]),
  rounded_products: dequantize(1 + 2 ** -23, 1, [40]),
  tiny_scale: dequantize(1e-30, 7, [20]),
  denormal_scale: dequantize(1e-41, 7, [20]),
  huge_scale: dequantize(1e36, -7, [20]),
  lowest_zero_point: dequantize(0.7, -128, [20]),
  highest_zero_point: dequantize(0.7, 127, [20]),
  two_batches: dequantize(0.06, 40, [2, 3, 2, 1, 5]),
};
