// Gaussian mixture: normal is near one of several ellipsoids, each with its own shape.
import type { QuadraticModel } from '../../../base/detector_models.js';
import { Random } from '../../../base/random.js';
import { cholesky, covarianceOf, invertLower, meanOf, type Matrix } from '../linear_algebra.js';
import { cluster } from './centres.js';
import { standardize, type Examples } from './standardize.js';
import { ellipsoid, type Gaussian } from './gaussian.js';

export interface MixtureOptions {
  components: number;
  seed: number;
  /** Share of each covariance that is replaced by a sphere of the same mean variance, 0 to 1. */
  shrinkage?: number;
  /** Added to each variance, relative to that of the feature over all examples. */
  regularisation?: number;
  /** Steps of expectation and maximisation. */
  rounds?: number;
}

/**
 * Fits by expectation and maximisation from k-means (Dempster, Laird and Rubin, 1977). The score is of the component that
 * explains the example best: its squared Mahalanobis distance + ln|Σ| − 2 ln(weight).
 * @throws KilnError `examples-too-few`
 */
export function fitGaussianMixture(examples: Examples, options: MixtureOptions): QuadraticModel {
  const { components, seed, shrinkage = 0.1, regularisation = 1e-3, rounds = 30 } = options;
  const standard = standardize(examples, 2 * components);
  const { of } = cluster(standard.rows, components, new Random(seed));
  const maximise = (shares: readonly Float64Array[]) =>
    shares.map((share) => fitComponent(standard.rows, share, shrinkage, regularisation));
  let mixture = maximise(indicators(of, components));
  for (let round = 0; round < rounds; round++) mixture = maximise(responsibilities(standard.rows, mixture));
  return { kind: 'quadratic', output: 'least', forms: mixture.map((component) => ellipsoid(component, standard)) };
}

function indicators(of: Int32Array, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, c) => Float64Array.from(of, (own) => (own === c ? 1 : 0)));
}

/** Of a component that has lost all examples: it becomes a broad one that explains next to nothing. */
const LEAST_WEIGHT = 1e-9;

function fitComponent(rows: Float64Array[], share: Float64Array, shrinkage: number, floor: number): Gaussian {
  const weight = Math.max(LEAST_WEIGHT, share.reduce((sum, value) => sum + value, 0) / rows.length);
  const used = weight > LEAST_WEIGHT ? share : share.map(() => 1);
  const mean = meanOf(rows, used);
  const covariance = shrink(covarianceOf(rows, mean, used), shrinkage, floor);
  return { weight, mean, whitening: invertLower(cholesky(covariance)) };
}

/** Towards a sphere, so that few examples cannot make a needle. */
function shrink(covariance: Matrix, shrinkage: number, floor: number): Matrix {
  const sphere = covariance.reduce((trace, row, i) => trace + row[i]!, 0) / covariance.length;
  return covariance.map((row, i) =>
    row.map((value, j) => (1 - shrinkage) * value + (i === j ? shrinkage * sphere + floor : 0)),
  );
}

/** Probability of each component given the example: [component][row]. */
function responsibilities(rows: readonly Float64Array[], mixture: readonly Gaussian[]): Float64Array[] {
  const shares = mixture.map((component) => Float64Array.from(rows, (row) => logDensity(row, component)));
  rows.forEach((_, r) => {
    const most = Math.max(...shares.map((share) => share[r]!));
    let total = 0;
    for (const share of shares) total += share[r] = Math.exp(share[r]! - most);
    for (const share of shares) share[r]! /= total;
  });
  return shares;
}

/** Of weight × density, without the constant that all have. */
function logDensity(row: Float64Array, { weight, mean, whitening }: Gaussian): number {
  let sum = Math.log(weight);
  whitening.forEach((entries, i) => {
    let value = 0;
    for (let j = 0; j <= i; j++) value += entries[j]! * (row[j]! - mean[j]!);
    sum += Math.log(entries[i]!) - (value * value) / 2;
  });
  return sum;
}
