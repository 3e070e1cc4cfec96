// TANH: the hyperbolic tangent.
import { tanh as tanhInQ4 } from '../quantization/fixed_point.js';
import { elementwise } from './lookup.js';
import { checkSigmoidInput, sigmoid } from './sigmoid.js';

export const tanh = elementwise({
  opcode: 'TANH',
  output: { scale: 1 / 128, zeroPoint: 0 },
  verifyInt8: (check, _op, input) => checkSigmoidInput(check, input),
  real: () => Math.tanh,
  quantized: (_op, { scale }) => sigmoid(tanhInQ4, scale, 7),
});
