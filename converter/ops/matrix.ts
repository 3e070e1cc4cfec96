// A constant matrix [rows, depth] that an op with a memory multiplies its input or its state by, one scale in int8.
import type { Graph, Op, Quantization, Tensor } from '../graph/graph.js';
import { printType } from '../graph/print.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import type { LayerCheck } from './layer_check.js';

/** Real multipliers from here on would shift a sum out of its 32 bits. */
export const MULTIPLIER_LIMIT = 2 ** 30;
/** What a sum may reach: int32's largest, less what a zero point may add. */
const MAX_SUM = 2 ** 31 - 1 - 128;

/** What makes int32 sums of products of a row of weights and the vector. */
export interface Product {
  weights: Int8Array;
  depth: number;
  /** −zero point of the vector. */
  offset: number;
  /** From the sums to what comes out. */
  rescale: QuantizedMultiplier;
}

/** @param vector the tensor that the matrix is multiplied by @param real the sums' unit over that of what comes out */
export function productOf(matrix: Tensor, vector: Quantization, real: number): Product {
  return {
    weights: matrix.data as Int8Array,
    depth: matrix.shape[1]!,
    offset: 0 - vector.zeroPoint[0]!,
    rescale: quantizeMultiplier(real),
  };
}

/** Σ weights[row, k] × (vector[start + k] + offset) */
export function dot({ weights, depth, offset }: Product, row: number, vector: Int8Array, start: number): number {
  let sum = 0;
  for (let k = 0, w = row * depth; k < depth; k++, w++) sum += weights[w]! * (vector[start + k]! + offset);
  return sum;
}

/** The constant at an input, of a dtype and shape; if it is not float32, with one scale, and 0 for zero. */
export function matrixOf(check: LayerCheck, op: Op, graph: Graph, index: number, form: MatrixForm): Tensor {
  const { role, dtypes, shape } = form;
  const tensor = graph.tensors[op.inputs[index] ?? -1];
  if (!tensor?.data) throw check.error(`its input ${index} has to be its ${role}, a constant`);
  const { dtype, quantization } = tensor;
  check.expect(
    dtypes.includes(dtype) && tensor.shape.join() === shape.join(),
    () => `its ${role} are ${printType(tensor)}, and have to be ${dtypes.join(' or ')}[${shape.join(',')}]`,
  );
  check.expect(
    !INTEGERS.has(dtype) || (quantization?.scale.length === 1 && quantization.zeroPoint[0] === 0),
    () => `its ${role} have to have one scale and the zero point 0`,
  );
  return tensor;
}

interface MatrixForm {
  role: string;
  dtypes: readonly Tensor['dtype'][];
  shape: readonly number[];
}

const INTEGERS: ReadonlySet<Tensor['dtype']> = new Set(['int8', 'int16']);

/** Checks that no sum, bias and left shift included, overflows an int32 accumulator, whatever the vector is. */
export function checkSums(check: LayerCheck, role: string, product: Product, real: number, bias?: Int32Array): void {
  check.expect(real < MULTIPLIER_LIMIT, () => `its ${role} have the multiplier ${real}, and it has to be below 2^30`);
  const { weights, depth, offset, rescale } = product;
  const farthest = Math.max(Math.abs(offset - 128), Math.abs(offset + 127));
  for (let row = 0; row * depth < weights.length; row++) {
    const size = absoluteSum(weights, row * depth, depth) * farthest + Math.abs(bias?.[row] ?? 0);
    check.expect(
      size * 2 ** Math.max(0, rescale.shift) <= MAX_SUM,
      () => `row ${row} of its ${role} can overflow a 32-bit accumulator: it reaches ${size}`,
    );
  }
}

function absoluteSum(weights: Int8Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += Math.abs(weights[i]!);
  return sum;
}
