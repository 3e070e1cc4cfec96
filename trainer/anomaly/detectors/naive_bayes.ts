// Gaussian naive Bayes: each class a normal distribution of features that know nothing of each other.
import type { QuadraticModel } from '../../../base/detector_models.js';
import { meanOf } from '../linear_algebra.js';
import { diagonalRows } from './gaussian.js';
import { requireExamples, spreadOf, type Examples } from './standardize.js';

/**
 * The outputs are twice the logarithms of the classes' likelihoods, less a constant: the largest is the class.
 * @param labels 0 … classes − 1, one for each example
 * @throws KilnError `examples-too-few` where a class has less than two
 */
export function fitNaiveBayes(examples: Examples, labels: ArrayLike<number>, classes: number): QuadraticModel {
  const forms = Array.from({ length: classes }, (_, label) => {
    const own = examples.filter((_, i) => labels[i] === label);
    requireExamples(own, 2);
    const centre = meanOf(own);
    const spread = spreadOf(own, centre);
    const logSpread = spread.reduce((sum, value) => sum + Math.log(value), 0);
    const offset = 2 * (logSpread - Math.log(own.length / examples.length));
    return { centre: [...centre], rows: diagonalRows(spread), offset };
  });
  return { kind: 'quadratic', output: 'likelihoods', forms };
}
