// Softmax and its cross-entropy on plain arrays, with the gradient.

/** Natural softmax of `classes` logits from `start` on, each divided by the temperature, into `out`. */
export function softmax(
  logits: Float32Array,
  start: number,
  classes: number,
  out: Float64Array | Float32Array,
  temperature = 1,
): void {
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += out[c] = Math.exp((logits[start + c]! - largest) / temperature);
  for (let c = 0; c < classes; c++) out[c]! /= sum;
}

export type BatchLoss = {
  /** Sum over the examples, in nats. */
  loss: number;
  /** How many examples are right. */
  correct: number;
};

/** What the scores of a batch should be. */
export interface Targets {
  /** A distribution over the classes for each example, [examples × classes]. */
  scores: Float32Array;
  classes: number;
  /** Softmax is taken of logits / temperature; 1 where it is left out. */
  temperature?: number;
}

/** Labels as targets, each smoothed to (1 − s) · onehot + s / classes. */
export function targetsOf(labels: Uint8Array, classes: number, smoothing: number): Targets {
  const scores = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, i) => (scores[i * classes + label]! += 1 - smoothing));
  return { scores, classes };
}

/**
 * Cross-entropy T² · H(targets, softmax(z / T)); the factor keeps the gradient's size (Hinton, Vinyals and Dean, 2015).
 * @param logits z [examples × classes]
 * @param gradient takes the gradient of the mean loss by the logits, times `weight`, on top of what it holds
 */
export function crossEntropy(
  logits: Float32Array,
  { scores, classes, temperature = 1 }: Targets,
  gradient?: Float32Array,
  weight = 1,
): BatchLoss {
  const examples = logits.length / classes;
  const found = new Float64Array(classes);
  const total: BatchLoss = { loss: 0, correct: 0 };
  for (let start = 0; start < logits.length; start += classes) {
    softmax(logits, start, classes, found, temperature);
    if (argmax(found) === argmax(scores, start, start + classes)) total.correct++;
    for (let c = 0; c < classes; c++) {
      const wanted = scores[start + c]!;
      total.loss -= temperature ** 2 * wanted * Math.log(Math.max(found[c]!, Number.MIN_VALUE));
      if (gradient) gradient[start + c]! += (weight * temperature * (found[c]! - wanted)) / examples;
    }
  }
  return total;
}

/** The index of the largest value; of several, the first. */
export function argmax(values: ArrayLike<number>, start = 0, end = values.length): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (values[i]! > values[best]!) best = i;
  return best - start;
}
