// MUL: a × b, with broadcasting and a fused activation.
// Source: tensorflow/lite/micro/kernels/mul_common.cc, kernels/internal/reference/integer_ops/mul.h.
import type { Graph, Op } from '../graph/graph.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import { checkActivation } from './activation_check.js';
import { activated, OPERANDS, outputFields, toOutput } from './arithmetic.js';
import { binaryDefinition, type Combine } from './binary.js';
import { farthest, fitsInt32 } from './int32_range.js';
import type { LayerCheck } from './layer_check.js';
import type { OpDefinition } from './op.js';
import { binaryGrids, inputScales } from './scales.js';

/** Products of 255 × 255 may be shifted to the left by 15 bits. */
const MULTIPLIER_LIMIT = 2 ** 14;

export const mul: OpDefinition<'MUL'> = {
  opcode: 'MUL',
  ...binaryDefinition({
    output: 'calibrated',
    leastOutputScale: (op, tensors) => inputScales(op, tensors).reduce((a, b) => a * b) / MULTIPLIER_LIMIT,
    constants: OPERANDS,
    verify: checkProduct,
    float32: (op: Op<'MUL'>) => activated(op, (a, b) => a * b),
    int8,
    emit(op: Op<'MUL'>, graph) {
      const [a, b] = binaryGrids(op, graph);
      const offsets = { a_offset: 0 - a.zeroPoint, b_offset: 0 - b.zeroPoint };
      return { kernel: 'tk_mul_s8', params: { ...offsets, ...outputFields(op, graph, scaling(op, graph)) } };
    },
  }),
};

function scaling(op: Op, graph: Graph): QuantizedMultiplier {
  const [a, b, output] = binaryGrids(op, graph);
  return quantizeMultiplier((a.scale * b.scale) / output.scale);
}

function checkProduct(check: LayerCheck, op: Op<'MUL'>, graph: Graph): void {
  checkActivation(check, op.options.activation);
  if (check.form === 'float32') return;
  const [a, b] = binaryGrids(op, graph);
  const { shift } = scaling(op, graph);
  const largest = farthest(a.zeroPoint) * farthest(b.zeroPoint);
  check.expect(
    fitsInt32(largest, shift),
    () => `has products up to ${largest} to shift by ${shift} bits, and they have to fit 32`,
  );
}

function int8(op: Op<'MUL'>, graph: Graph): Combine {
  const [a, b] = binaryGrids(op, graph);
  const finish = toOutput(op, graph, scaling(op, graph));
  return (x, y) => finish((x - a.zeroPoint) * (y - b.zeroPoint));
}
