// LEAKY_RELU: x where it is positive, alpha × x where it is negative.
import type { Op } from '../graph/graph.js';
import { checkRatio, elementwise, leastScaleOf, rescale, scaleRatio, type Grid } from './lookup.js';
import { inputScales } from './scales.js';

export const leakyRelu = elementwise({
  opcode: 'LEAKY_RELU',
  output: 'calibrated',
  leastOutputScale: (op, tensors) =>
    leastScaleOf(inputScales(op, tensors)[0]! * Math.max(1, Math.abs(op.options.alpha))),
  verify(check, { options: { alpha } }) {
    check.expect(Number.isFinite(Math.fround(alpha)), () => `has alpha ${alpha}`);
  },
  verifyInt8(check, op, input, output) {
    checkRatio(check, scaleRatio(input, output));
    checkRatio(check, Math.abs(alphaRatio(op, input, output)), '|alpha| × input scale / output scale');
  },
  real(op) {
    const alpha = Math.fround(op.options.alpha);
    return (x) => (x > 0 ? x : x * alpha);
  },
  /** A negative alpha as its magnitude: its rounding is that of the positive one, mirrored. */
  quantized(op, input, output) {
    const ratio = alphaRatio(op, input, output);
    const positive = rescale(scaleRatio(input, output));
    const negative = rescale(Math.abs(ratio));
    return (x) => (x >= 0 ? positive(x) : Math.sign(ratio) * negative(x));
  },
});

function alphaRatio({ options }: Op<'LEAKY_RELU'>, input: Grid, output: Grid): number {
  return (input.scale * Math.fround(options.alpha)) / output.scale;
}
