// Mahalanobis' distance: normal is one ellipsoid, and the score is the squared distance from its centre in its own spreads.
import type { QuadraticModel } from '../../../base/detector_models.js';
import { cholesky, covarianceOf, invertLower } from '../linear_algebra.js';
import { ellipsoid } from './gaussian.js';
import { standardize, type Examples } from './standardize.js';

/** Added to the variances of standardised features, so that two that always move together leave no direction flat. */
const FLOOR = 1e-4;

/** @throws KilnError `examples-too-few` */
export function fitMahalanobis(examples: Examples): QuadraticModel {
  const standard = standardize(examples);
  const mean = new Float64Array(standard.mean.length);
  const covariance = covarianceOf(standard.rows, mean);
  covariance.forEach((row, i) => (row[i]! += FLOOR));
  const form = ellipsoid({ weight: 1, mean, whitening: invertLower(cholesky(covariance)) }, standard);
  return { kind: 'quadratic', output: 'least', forms: [{ ...form, offset: 0 }] };
}
