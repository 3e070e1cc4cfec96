// SUM and MEAN: in int8 the same sums, scaled to the output; MEAN's multiplier holds the division by the count.
// Source: tensorflow/lite/micro/kernels/reduce_common.cc, kernels/internal/reference/reduce.h (QuantizedMeanOrSum).
import { elements, type Graph, type Op } from '../graph/graph.js';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  type QuantizedMultiplier,
} from '../quantization/multiplier.js';
import { throughTensors } from './c_operands.js';
import { farthest, fitsInt32 } from './int32_range.js';
import type { OpDefinition } from './op.js';
import { REDUCE_DEFINITION, reduceAll, reduceCheck, reductionOf, reductionParts } from './reduce.js';
import { gridOf, inputScales, type Grid } from './scales.js';

type SummationOpcode = 'SUM' | 'MEAN';
type SummationOp = Op<SummationOpcode>;

const plus = (sum: number, x: number) => sum + x;

/** Sums of as many steps of the output still fit 32 bits, whatever a multiplier above 1 rounds to. */
const SUM_LIMIT = 2 ** 29;

export const summationDefinition: Omit<OpDefinition<SummationOpcode>, 'opcode'> = {
  ...REDUCE_DEFINITION,
  verify(op, graph) {
    const check = reduceCheck(op, graph);
    if (check.form === 'float32') return;
    const { count } = reductionOf(op, graph);
    const largest = count * farthest(gridOf(check.input).zeroPoint);
    check.expect(
      fitsInt32(largest, scaling(op, graph).shift),
      () => `can overflow a 32-bit sum: ${count} values reach ${largest}`,
    );
  },
  output: 'calibrated',
  leastOutputScale(op, tensors) {
    const count = elements(tensors[op.inputs[0]!]!.shape) / elements(tensors[op.outputs[0]!]!.shape);
    const steps = 255 * (op.opcode === 'SUM' ? count : 2);
    return (inputScales(op, tensors)[0]! * steps) / SUM_LIMIT;
  },
  float32(op, graph, values) {
    const { count } = reductionOf(op, graph);
    const divisor = op.opcode === 'MEAN' ? count : 1;
    return reduceAll(op, graph, values, { start: 0, next: plus, finish: (sum) => sum / divisor });
  },
  int8(op, graph, values) {
    const { multiplier, shift } = scaling(op, graph);
    const { zeroPoint } = gridsOf(op, graph).output;
    const finish = (sum: number) => {
      const scaled = multiplyByQuantizedMultiplier(sum, multiplier, shift) + zeroPoint;
      return Math.min(127, Math.max(-128, scaled));
    };
    return reduceAll(op, graph, values, { start: startOf(op, graph), next: plus, finish });
  },
  emit(op, graph) {
    const { reduction, arrays } = reductionParts(reductionOf(op, graph));
    const { zeroPoint } = gridsOf(op, graph).output;
    const params = { reduction, start: startOf(op, graph), ...scaling(op, graph), output_offset: zeroPoint };
    return [{ kernel: 'tk_sum_s8', params, arrays, arguments: throughTensors(op) }];
  },
};

function gridsOf({ inputs, outputs }: SummationOp, { tensors }: Graph): { input: Grid; output: Grid } {
  return { input: gridOf(tensors[inputs[0]!]!), output: gridOf(tensors[outputs[0]!]!) };
}

/** What a sum begins with, so that zero points count as 0. */
function startOf(op: SummationOp, graph: Graph): number {
  return 0 - gridsOf(op, graph).input.zeroPoint * reductionOf(op, graph).count;
}

function scaling(op: SummationOp, graph: Graph): QuantizedMultiplier {
  const { input, output } = gridsOf(op, graph);
  const ratio = quantizeMultiplier(input.scale / output.scale);
  return op.opcode === 'MEAN' ? dividedBy(reductionOf(op, graph).count, ratio) : ratio;
}

/** multiplier / count, with as many bits as the shift allows: a right shift ends at 31. */
function dividedBy(count: number, { multiplier, shift }: QuantizedMultiplier): QuantizedMultiplier {
  const bits = Math.min(31 - Math.clz32(count), 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(bits)) / BigInt(count)), shift: shift - bits };
}
