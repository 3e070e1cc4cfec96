// RELU as an op of its own: max(x, 0).
import { checkRatio, elementwise, rescale, scaleRatio } from './lookup.js';

/** An output with the input's scale is exact: with a finer one of its own, as others have it, it is rounded once more. */
export const relu = elementwise({
  opcode: 'RELU',
  output: 'same-as-input',
  verifyInt8: (check, _op, input, output) => checkRatio(check, scaleRatio(input, output)),
  real: () => (x) => Math.max(x, 0),
  quantized(_op, input, output) {
    const scaled = rescale(scaleRatio(input, output));
    return (x) => Math.max(scaled(x), 0);
  },
});
