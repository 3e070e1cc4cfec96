// A normal distribution of standardised features as a map that makes it a sphere.
import type { QuadraticForm } from '../../../base/detector_models.js';
import type { Matrix } from '../linear_algebra.js';
import type { Standard } from './standardize.js';

export interface Gaussian {
  weight: number;
  mean: Float64Array;
  /** Lower triangular W with Wᵀ W = Σ⁻¹. */
  whitening: Matrix;
}

/** Squared Mahalanobis distance + ln|Σ| − 2 ln(weight), for features on their own scale; Σ is of the standardised ones. */
export function ellipsoid({ weight, mean, whitening }: Gaussian, standard: Standard): QuadraticForm {
  return {
    centre: Array.from(mean, (m, i) => standard.mean[i]! + m * standard.spread[i]!),
    rows: whitening.map((row, i) => ({
      start: 0,
      entries: Array.from(row.subarray(0, i + 1), (entry, j) => entry / standard.spread[j]!),
    })),
    offset: -2 * whitening.reduce((sum, row, i) => sum + Math.log(row[i]!), Math.log(weight)),
  };
}

/** Each feature by itself, in units of its spread. */
export function diagonalRows(spread: ArrayLike<number>): QuadraticForm['rows'] {
  return Array.from(spread, (value, start) => ({ start, entries: [1 / value] }));
}
