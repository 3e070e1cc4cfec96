// RELU6 as an op of its own: min(max(x, 0), 6). TFLite Micro clamps the input's integers and does not rescale them, so
// that the bytes mean what they should only where the output has the input's scale and zero point.
import { activationRange, roundAway } from './activation.js';
import { elementwise } from './lookup.js';

const { max: SIX } = activationRange('RELU6');

export const relu6 = elementwise({
  opcode: 'RELU6',
  output: 'same-as-input',
  verifyInt8: (check) => check.sameQuantization(),
  real: () => (x) => Math.min(Math.max(x, 0), SIX),
  quantized(_op, { scale }) {
    const six = roundAway(Math.fround(SIX / scale));
    return (x) => Math.min(Math.max(x, 0), six);
  },
});
