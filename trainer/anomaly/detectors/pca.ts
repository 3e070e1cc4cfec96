// PCA with T² and Q: how far along the directions that normal examples vary in, and how far off them.
// Source: J. E. Jackson, "A User's Guide to Principal Components" (1991), 1.6 and 2.7.
import type { QuadraticForm, QuadraticModel } from '../../../base/detector_models.js';
import { covarianceOf, eigenpairs } from '../linear_algebra.js';
import { quantile } from '../quantile.js';
import { standardize, type Examples, type Standard } from './standardize.js';

export interface PcaOptions {
  /** Share of the variance that the principal directions explain; the rest is Q's. */
  explained?: number;
  /** Share of the normal examples within the limit of each statistic. */
  coverage?: number;
}

/** A direction of standardised features, and what a step along it counts. */
type Direction = Float64Array;

/** Variance below this is rounding. */
const LEAST_VARIANCE = 1e-9;

/** The score is the larger of T² and Q, each in units of its limit. @throws KilnError `examples-too-few` */
export function fitPca(examples: Examples, { explained = 0.9, coverage = 0.99 }: PcaOptions = {}): QuadraticModel {
  const standard = standardize(examples);
  const pairs = eigenpairs(covarianceOf(standard.rows, new Float64Array(standard.mean.length)));
  const total = pairs.reduce((sum, { value }) => sum + value, 0);
  let covered = 0;
  const kept = pairs.filter(({ value }) => {
    const before = covered;
    covered += value;
    return before < explained * total;
  });
  const principal = kept.map(({ value, vector }) => scaled(vector, 1 / Math.sqrt(Math.max(value, LEAST_VARIANCE))));
  const residual = pairs.slice(kept.length).map(({ vector }) => vector);
  const groups = [principal, residual].filter((directions) => directions.length > 0);
  return {
    kind: 'quadratic',
    output: 'greatest',
    forms: groups.map((directions) => statistic(directions, coverage, standard)),
  };
}

/** The sum of the squares along the directions, in units of what it seldom exceeds for the examples. */
function statistic(directions: readonly Direction[], coverage: number, standard: Standard): QuadraticForm {
  const sums = standard.rows.map((row) => directions.reduce((sum, direction) => sum + dot(direction, row) ** 2, 0));
  const limit = Math.max(quantile(sums, coverage), LEAST_VARIANCE);
  return {
    centre: [...standard.mean],
    rows: directions.map((direction) => ({
      start: 0,
      entries: Array.from(direction, (value, i) => value / (Math.sqrt(limit) * standard.spread[i]!)),
    })),
    offset: 0,
  };
}

function scaled(vector: Float64Array, factor: number): Direction {
  return vector.map((value) => value * factor);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
