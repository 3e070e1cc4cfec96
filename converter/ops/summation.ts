// SUM and MEAN: in int8 the same sums, scaled to the output; MEAN's multiplier holds the division by the count.
// Source: tensorflow/lite/micro/kernels/reduce_common.cc, kernels/internal/reference/reduce.h (QuantizedMeanOrSum).
import type { Graph, Op } from '../graph/graph.js';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  type QuantizedMultiplier,
} from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { farthest, fitsInt32 } from './int32_range.js';
import type { OpDefinition } from './op.js';
import { REDUCE_DEFINITION, reduceAll, reduceCheck, reductionOf, reductionParts } from './reduce.js';

type SummationOpcode = 'SUM' | 'MEAN';
type SummationOp = Op<SummationOpcode>;

const plus = (sum: number, x: number) => sum + x;

export const summationDefinition: Omit<OpDefinition<SummationOpcode>, 'opcode'> = {
  ...REDUCE_DEFINITION,
  verify(op, graph) {
    const check = reduceCheck(op, graph);
    if (check.form === 'float32') return;
    const { count } = reductionOf(op, graph);
    const largest = count * farthest(check.input.quantization!.zeroPoint[0]!);
    check.expect(
      fitsInt32(largest, scaling(op, graph).shift),
      () => `can overflow a 32-bit sum: ${count} values reach ${largest}`,
    );
  },
  output: 'calibrated',
  float32(op, graph, values) {
    const { count } = reductionOf(op, graph);
    const divisor = op.opcode === 'MEAN' ? count : 1;
    return reduceAll(op, graph, values, { start: 0, next: plus, finish: (sum) => sum / divisor });
  },
  int8(op, graph, values) {
    const { multiplier, shift } = scaling(op, graph);
    const { start, outputOffset } = offsets(op, graph);
    const finish = (sum: number) => {
      const scaled = multiplyByQuantizedMultiplier(sum, multiplier, shift) + outputOffset;
      return Math.min(127, Math.max(-128, scaled));
    };
    return reduceAll(op, graph, values, { start, next: plus, finish });
  },
  emit(op, graph) {
    const { reduction, arrays } = reductionParts(reductionOf(op, graph));
    const { start, outputOffset } = offsets(op, graph);
    const params = { reduction, start, ...scaling(op, graph), output_offset: outputOffset };
    return [{ kernel: 'tk_sum_s8', params, arrays, arguments: throughTensors(op) }];
  },
};

/** What a sum begins with, so that zero points count as 0, and the output's zero point. */
function offsets(op: SummationOp, graph: Graph): { start: number; outputOffset: number } {
  const zeroPoint = (index: number) => graph.tensors[index]!.quantization!.zeroPoint[0]!;
  return {
    start: 0 - zeroPoint(op.inputs[0]!) * reductionOf(op, graph).count,
    outputOffset: zeroPoint(op.outputs[0]!),
  };
}

function scaling(op: SummationOp, graph: Graph): QuantizedMultiplier {
  const scale = (index: number) => graph.tensors[index]!.quantization!.scale[0]!;
  const ratio = quantizeMultiplier(scale(op.inputs[0]!) / scale(op.outputs[0]!));
  return op.opcode === 'MEAN' ? dividedBy(reductionOf(op, graph).count, ratio) : ratio;
}

/** multiplier / count, with as many bits as the shift allows: a right shift ends at 31. */
function dividedBy(count: number, { multiplier, shift }: QuantizedMultiplier): QuantizedMultiplier {
  const bits = Math.min(31 - Math.clz32(count), 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(bits)) / BigInt(count)), shift: shift - bits };
}
