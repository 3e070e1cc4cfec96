// PRELU: x where x ≥ 0, else alpha × x, with a constant alpha that broadcasts.
// Source: tensorflow/lite/micro/kernels/prelu_common.cc, kernels/internal/reference/prelu.h.
import type { Graph, Op } from '../graph/graph.js';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  type QuantizedMultiplier,
} from '../quantization/multiplier.js';
import { binaryDefinition, type Combine } from './binary.js';
import { farthest, fitsInt32 } from './int32_range.js';
import type { LayerCheck } from './layer_check.js';
import type { OpDefinition } from './op.js';
import { binaryGrids, inputScales } from './scales.js';

/** Values up to 255 may be shifted to the left by 23 bits, products of 255 × 255 by 15. */
const POSITIVE_LIMIT = 2 ** 22;
const NEGATIVE_LIMIT = 2 ** 14;

export const prelu: OpDefinition<'PRELU'> = {
  opcode: 'PRELU',
  ...binaryDefinition({
    output: 'calibrated',
    leastOutputScale(op, tensors) {
      const [input, alpha] = inputScales(op, tensors) as [number, number];
      return Math.max(input / POSITIVE_LIMIT, (input * alpha) / NEGATIVE_LIMIT);
    },
    constants: { 1: { role: 'operand' } },
    verify,
    float32: () => (x, alpha) => (x >= 0 ? x : x * alpha),
    int8,
    emit(op, graph) {
      const [input, alpha, output] = binaryGrids(op, graph);
      const { positive, negative } = scaling(op, graph);
      const params = {
        input_offset: 0 - input.zeroPoint,
        alpha_offset: 0 - alpha.zeroPoint,
        output_offset: output.zeroPoint,
        ...{ positive_multiplier: positive.multiplier, positive_shift: positive.shift },
        ...{ negative_multiplier: negative.multiplier, negative_shift: negative.shift },
      };
      return { kernel: 'tk_prelu_s8', params };
    },
  }),
};

/** Multipliers to the output: of x, and of alpha × x. */
interface Scaling {
  positive: QuantizedMultiplier;
  negative: QuantizedMultiplier;
}

function scaling(op: Op, graph: Graph): Scaling {
  const [input, alpha, output] = binaryGrids(op, graph);
  return {
    positive: quantizeMultiplier(input.scale / output.scale),
    negative: quantizeMultiplier((input.scale * alpha.scale) / output.scale),
  };
}

function verify(check: LayerCheck, op: Op, graph: Graph): void {
  check.constant(1, 'alphas', check.form);
  if (check.form === 'float32') return;
  const [input, alpha] = binaryGrids(op, graph);
  const { positive, negative } = scaling(op, graph);
  const largest = farthest(input.zeroPoint);
  const product = largest * farthest(alpha.zeroPoint);
  check.expect(
    fitsInt32(largest, positive.shift) && fitsInt32(product, negative.shift),
    () => `has values up to ${largest} and products up to ${product}, which leave 32 bits in its output's scale`,
  );
}

function int8(op: Op, graph: Graph): Combine {
  const [input, slope, output] = binaryGrids(op, graph);
  const { positive, negative } = scaling(op, graph);
  return (q, alpha) => {
    const x = q - input.zeroPoint;
    const scaled =
      x >= 0
        ? multiplyByQuantizedMultiplier(x, positive.multiplier, positive.shift)
        : multiplyByQuantizedMultiplier(x * (alpha - slope.zeroPoint), negative.multiplier, negative.shift);
    return Math.min(127, Math.max(-128, scaled + output.zeroPoint));
  };
}
