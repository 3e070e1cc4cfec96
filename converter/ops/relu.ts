// RELU as an op of its own: max(x, 0).
import { checkRatio, elementwise, rescale, scaleRatio } from './lookup.js';

/** The output's range begins at 0, so its own scale is finer than the input's wherever that has negative values. */
export const relu = elementwise({
  opcode: 'RELU',
  output: 'calibrated',
  verifyInt8: (check, _op, input, output) => checkRatio(check, scaleRatio(input, output)),
  real: () => (x) => Math.max(x, 0),
  quantized(_op, input, output) {
    const scaled = rescale(scaleRatio(input, output));
    return (x) => Math.max(scaled(x), 0);
  },
});
