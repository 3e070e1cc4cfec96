// LOGISTIC: 1 / (1 + exp(−x)).
import { logistic as logisticInQ4 } from '../quantization/fixed_point.js';
import { elementwise } from './lookup.js';
import { checkSigmoidInput, sigmoid } from './sigmoid.js';

export const logistic = elementwise({
  opcode: 'LOGISTIC',
  output: { scale: 1 / 256, zeroPoint: -128 },
  verifyInt8: (check, _op, input) => checkSigmoidInput(check, input),
  real: () => (x) => 1 / (1 + Math.exp(-x)),
  quantized: (_op, { scale }) => sigmoid(logisticInQ4, scale, 8),
});
