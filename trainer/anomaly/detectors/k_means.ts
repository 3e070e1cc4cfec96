// k-means distance: normal is near one of several centres, in features of equal spread.
import type { QuadraticModel } from '../../../base/detector_models.js';
import { Random } from '../../../base/random.js';
import { cluster } from './centres.js';
import { diagonalRows } from './gaussian.js';
import { standardize, type Examples } from './standardize.js';

/** The score is the squared distance from the nearest centre. @throws KilnError `examples-too-few` */
export function fitKMeans(examples: Examples, { centres, seed }: { centres: number; seed: number }): QuadraticModel {
  const standard = standardize(examples, centres);
  const found = cluster(standard.rows, centres, new Random(seed));
  return {
    kind: 'quadratic',
    output: 'least',
    forms: found.centres.map((centre) => ({
      centre: Array.from(centre, (value, i) => standard.mean[i]! + value * standard.spread[i]!),
      rows: diagonalRows(standard.spread),
      offset: 0,
    })),
  };
}
