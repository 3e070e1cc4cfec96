// HARD_SWISH: x × min(max(x + 3, 0), 6) / 6; int8 as TFLite Micro computes it, in 16-bit fixed point.
// Source: tensorflow/lite/kernels/internal/reference/hard_swish.h, tensorflow/lite/micro/kernels/hard_swish_common.cc.
import { quantizeMultiplier, roundingDivideByPOT } from '../quantization/multiplier.js';
import { elementwise, scaleRatio, type Grid } from './lookup.js';
import { inputScales } from './scales.js';

const INT16_MIN = -0x8000;
const INT16_MAX = 0x7fff;
/** Differences of the input are held shifted to the left by 7: in 128ths of its scale. */
const FINE = 128;
/** Of the gate's argument, in which 3 is 2¹⁵. */
const GATE_SCALE = 3 / 2 ** 15;
/** From here on TFLite Micro would shift the gate's argument out of its 32 bits. */
const SCALE_LIMIT = 2 ** 31 * FINE * GATE_SCALE;

export const hardSwish = elementwise({
  opcode: 'HARD_SWISH',
  output: 'calibrated',
  leastOutputScale: (op, tensors) => (2 * inputScales(op, tensors)[0]!) / FINE,
  verifyInt8(check, _op, input, output) {
    check.expect(
      input.scale < SCALE_LIMIT,
      () => `has an input of scale ${input.scale}, and it has to be below ${SCALE_LIMIT}`,
    );
    const ratio = outputRatio(input, output);
    check.expect(ratio < 1, () => `has input scale / 128 / output scale = ${ratio}, and it has to be below 1`);
  },
  real: () => (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  quantized(_op, input, output) {
    const toOutput = multiplier16(outputRatio(input, output));
    const gate = gateOf(input);
    return (x) => {
      const preshift = roundingHighMul16(x * FINE, toOutput.multiplier);
      return roundingDivide16(Math.trunc((gate(x) * preshift) / 2 ** 15), -toOutput.shift);
    };
  },
});

function outputRatio(input: Grid, output: Grid): number {
  return scaleRatio(input, output) / FINE;
}

/** (x / 3 + 1) / 2, clamped to 0 … 1, in Q0.15. */
function gateOf({ scale }: Grid): (x: number) => number {
  const { multiplier, shift } = multiplier16(scale / FINE / GATE_SCALE);
  return (x) => {
    const scaled = roundingHighMul16(saturatingShiftLeft16(x * FINE, Math.max(0, shift - 1)), multiplier);
    const gate = shift > 0 ? saturatingShiftLeft16(scaled, 1) : roundingDivide16(scaled, -shift);
    return (gate + 2 ** 15) >> 1;
  };
}

/** A multiplier of 16 bits: the upper half of one of 32, rounded. */
function multiplier16(real: number): { multiplier: number; shift: number } {
  const { multiplier, shift } = quantizeMultiplier(real);
  return { multiplier: Math.min(INT16_MAX, Math.floor(multiplier / 2 ** 16 + 0.5)), shift };
}

function saturatingShiftLeft16(x: number, exponent: number): number {
  return Math.max(INT16_MIN, Math.min(INT16_MAX, x * 2 ** exponent));
}

/** round(a × b / 2¹⁵), halves upwards. b is a multiplier, so that nothing saturates. */
function roundingHighMul16(a: number, b: number): number {
  return (a * b + 2 ** 14) >> 15;
}

/** round(x / 2^exponent), halves away from zero; from 16 on, where gemmlowp's mask leaves its 16 bits, 1 or −1. */
function roundingDivide16(x: number, exponent: number): number {
  return exponent < 16 ? roundingDivideByPOT(x, exponent) : x < 0 ? -1 : 1;
}
