// Rounding of a layer's weights such that the errors of some make up for the errors of others, on the inputs that it sees.
import { quantizeWeight } from '../../base/int8_grid.js';

/** Share of the mean variance that is added to each: what few inputs do not tell apart stays near plain rounding. */
const DAMPING = 0.05;

/**
 * The R of C = RᵀR, upper triangular, row by row.
 * @param covariance lower triangle of a symmetric matrix, row by row of `size` values; it is damped to be positive definite
 */
export function upperFactor(covariance: Float64Array, size: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += covariance[i * size + i]!;
  const damping = Math.max((DAMPING * trace) / size, Number.MIN_VALUE);
  const factor = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const row = Float64Array.from({ length: size - k }, (_, j) => covariance[(k + j) * size + k]!);
    row[0]! += damping;
    for (let i = 0; i < k; i++) subtractRow(row, factor, i * size + k, factor[i * size + k]!);
    const pivot = Math.sqrt(Math.max(row[0]!, damping));
    for (let j = 0; j < row.length; j++) factor[k * size + k + j] = (j === 0 ? pivot * pivot : row[j]!) / pivot;
  }
  return factor;
}

/** row −= times × what lies in `matrix` from `start` on */
function subtractRow(row: Float64Array, matrix: Float64Array, start: number, times: number): void {
  if (times === 0) return;
  for (let j = 0; j < row.length; j++) row[j]! -= times * matrix[start + j]!;
}

/**
 * Weights q in [−127, 127] for which (w − scale × q)ᵀ C (w − scale × q), the mean squared error of the layer's output, is
 * small: from the last to the first, each is rounded after the errors of those behind it have been moved to it. This is
 * Babai's nearest plane, and so what Frantar et al. 2023 (GPTQ, arXiv:2210.17323) do, in the reverse order.
 * @param factor of C, as `upperFactor` gives it
 */
export function roundCompensated(weights: Float64Array, scale: number, factor: Float64Array): Int8Array {
  const size = weights.length;
  const rounded = new Int8Array(size);
  const errors = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let carried = 0;
    const row = k * size;
    for (let j = k + 1; j < size; j++) carried += factor[row + j]! * errors[j]!;
    const target = weights[k]! + carried / factor[row + k]!;
    const q = quantizeWeight(target, scale);
    rounded[k] = q;
    errors[k] = weights[k]! - scale * q;
  }
  return rounded;
}
