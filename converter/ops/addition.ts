// ADD and SUB in int8: both operands are brought to one scale with 20 more bits, added or subtracted, and scaled to the output.
// Source: tensorflow/lite/micro/kernels/{add,sub}_common.cc, kernels/internal/reference/{integer_ops/add,sub}.h.
import type { Core, KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op } from '../graph/graph.js';
import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  type QuantizedMultiplier,
} from '../quantization/multiplier.js';
import { checkActivation } from './activation_check.js';
import { activated, OPERANDS, outputFields, toOutput } from './arithmetic.js';
import { scaleFields } from './c_scale.js';
import type { BinaryParts, Combine } from './binary.js';
import type { LayerCheck } from './layer_check.js';
import { binaryGrids, inputScales } from './scales.js';

type AdditionOp = Op<'ADD'> | Op<'SUB'>;

/** Bits below the units of an operand. */
const FRACTION_BITS = 20;

/** @param sign 1 to add the second operand, −1 to subtract it */
export function additionParts(sign: 1 | -1): BinaryParts {
  return {
    output: 'calibrated',
    // Half of the limit's multiplier.
    leastOutputScale: (op, tensors) => 4 * Math.max(...inputScales(op, tensors)) * 2 ** -FRACTION_BITS,
    constants: OPERANDS,
    verify: (check, op: AdditionOp, graph) => checkScales(check, op, graph),
    float32: (op: AdditionOp) => activated(op, (a, b) => a + sign * b),
    int8: (op: AdditionOp, graph) => int8(op, graph, sign),
    emit: (op: AdditionOp, graph, core) => emit(op, graph, core, sign),
  };
}

/** Real multipliers: of the operands to twice the larger scale, and from there to the output. */
interface Scaling {
  a: number;
  b: number;
  output: number;
}

/**
 * In double. (So in TFLite Micro at its commit 8f6596d; at 90b983c2 SUB's are in float32, which turns an output only where
 * it lies within 2⁻¹⁵ of a tie.)
 */
function scaling(op: AdditionOp, graph: Graph): Scaling {
  const [a, b, output] = binaryGrids(op, graph);
  const twiceLarger = 2 * Math.max(a.scale, b.scale);
  return {
    a: a.scale / twiceLarger,
    b: b.scale / twiceLarger,
    output: twiceLarger / (2 ** FRACTION_BITS * output.scale),
  };
}

/** The output's multiplier must be below 1, also in the 31 bits that it is rounded to; the operands' are 1/2 at most. */
function checkScales(check: LayerCheck, op: AdditionOp, graph: Graph): void {
  checkActivation(check, op.options.activation);
  if (check.form === 'float32') return;
  const real = scaling(op, graph).output;
  check.expect(
    quantizeMultiplier(real).shift <= 0,
    () => `has 2 × its larger input scale / output scale = ${real * 2 ** FRACTION_BITS}, and it has to be below 2^20`,
  );
}

function int8(op: AdditionOp, graph: Graph, sign: number): Combine {
  const [a, b] = binaryGrids(op, graph);
  const real = scaling(op, graph);
  const scaledA = scaledValues(quantizeMultiplier(real.a), a.zeroPoint);
  const scaledB = scaledValues(quantizeMultiplier(real.b), b.zeroPoint);
  const finish = toOutput(op, graph, quantizeMultiplier(real.output));
  return (x, y) => finish(scaledA[x + 128]! + sign * scaledB[y + 128]!);
}

/** What −128 … 127 become at the common scale. */
function scaledValues({ multiplier, shift }: QuantizedMultiplier, zeroPoint: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) =>
    multiplyByQuantizedMultiplier((i - 128 - zeroPoint) * 2 ** FRACTION_BITS, multiplier, shift),
  );
}

function emit(op: AdditionOp, graph: Graph, core: Core, sign: number): Pick<KernelCall, 'kernel' | 'params'> {
  const [a, b] = binaryGrids(op, graph);
  const real = scaling(op, graph);
  const scaled = (multiplier: number) => ({ ...scaleFields(quantizeMultiplier(multiplier)) });
  const params = {
    ...{ a_offset: 0 - a.zeroPoint, a_scale: scaled(real.a) },
    ...{ b_offset: 0 - b.zeroPoint, b_scale: scaled(real.b), b_sign: sign },
    ...outputFields(op, graph, quantizeMultiplier(real.output)),
  };
  return { kernel: core === 'mve' ? 'tk_add_mve_s8' : 'tk_add_s8', params };
}
