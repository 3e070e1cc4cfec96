// How well scores rank anomalies above normal examples, whatever the threshold: areas under the ROC curve.
import { KilnError } from '../../../base/errors.js';

/** True- against false-positive rate from (0, 0) to (1, 1), one point for each threshold that changes them. */
export interface RocCurve {
  falsePositiveRate: number[];
  truePositiveRate: number[];
}

/**
 * Equal scores are one point, so that the order of the examples does not count.
 * @param scores higher is more anomalous
 * @param labels 1 for an anomaly, 0 for a normal example
 * @throws KilnError `labels-one-class`, `score-invalid`
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocCurve {
  const order = descending(scores);
  const positives = order.filter((i) => labels[i]).length;
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) throw oneClass(order.length, positives);
  const curve: RocCurve = { falsePositiveRate: [0], truePositiveRate: [0] };
  let [tp, fp] = [0, 0];
  order.forEach((i, rank) => {
    if (labels[i]) tp++;
    else fp++;
    const next = order[rank + 1];
    if (next !== undefined && scores[next] === scores[i]) return;
    curve.falsePositiveRate.push(fp / negatives);
    curve.truePositiveRate.push(tp / positives);
  });
  return curve;
}

/** Area under the ROC curve, by trapezoids. @throws KilnError `labels-one-class`, `score-invalid` */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  return area(rocCurve(scores, labels), 1);
}

/**
 * Area under the ROC curve up to a false-positive rate, standardised by McClish (Medical Decision Making 9, 1989): 0.5 is
 * chance and 1 is perfect, whatever the limit; as scikit-learn's `roc_auc_score(…, max_fpr)`.
 * @param maxFalsePositiveRate above 0, at most 1
 * @throws KilnError `labels-one-class`, `score-invalid`
 */
export function partialAuc(scores: ArrayLike<number>, labels: ArrayLike<number>, maxFalsePositiveRate: number): number {
  const least = maxFalsePositiveRate ** 2 / 2;
  const most = maxFalsePositiveRate;
  return (1 + (area(rocCurve(scores, labels), maxFalsePositiveRate) - least) / (most - least)) / 2;
}

/** Up to a false-positive rate that may lie between two points. */
function area({ falsePositiveRate: x, truePositiveRate: y }: RocCurve, limit: number): number {
  let sum = 0;
  for (let i = 1; i < x.length && x[i - 1]! < limit; i++) {
    const width = x[i]! - x[i - 1]!;
    const used = Math.min(width, limit - x[i - 1]!);
    const end = width > 0 ? y[i - 1]! + ((y[i]! - y[i - 1]!) * used) / width : y[i]!;
    sum += (used * (y[i - 1]! + end)) / 2;
  }
  return sum;
}

function descending(scores: ArrayLike<number>): number[] {
  const order = Array.from({ length: scores.length }, (_, i) => i);
  const wrong = order.find((i) => Number.isNaN(scores[i]));
  if (wrong !== undefined) {
    const todo = 'Look for gaps in the recording, or for a feature without a spread.';
    throw new KilnError('score-invalid', { where: `score ${wrong}`, what: 'it is not a number', todo });
  }
  return order.sort((a, b) => scores[b]! - scores[a]!);
}

function oneClass(examples: number, positives: number): KilnError {
  const what = `${positives} of ${examples} are anomalies, and both kinds are needed`;
  return new KilnError('labels-one-class', {
    where: 'evaluation',
    what,
    todo: 'Add labelled examples of the other kind.',
  });
}
