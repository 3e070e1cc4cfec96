// Softmax and its cross-entropy on plain arrays, with the gradient.

/** Natural softmax of `classes` logits from `start` on, into `out`. */
export function softmax(logits: Float32Array, start: number, classes: number, out: Float64Array): void {
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += out[c] = Math.exp(logits[start + c]! - largest);
  for (let c = 0; c < classes; c++) out[c]! /= sum;
}

export type BatchLoss = {
  /** Sum over the examples, in nats. */
  loss: number;
  /** How many examples are right. */
  correct: number;
};

/**
 * Cross-entropy of softmax(logits) against the labels, each smoothed to (1 − s) · onehot + s / classes.
 * @param logits [labels.length × classes]
 * @param gradient of the mean loss by the logits, written if given
 */
export function crossEntropy(
  logits: Float32Array,
  labels: Uint8Array,
  smoothing: number,
  gradient?: Float32Array,
): BatchLoss {
  const classes = logits.length / labels.length;
  const scores = new Float64Array(classes);
  const total: BatchLoss = { loss: 0, correct: 0 };
  labels.forEach((label, i) => {
    softmax(logits, i * classes, classes, scores);
    if (argmax(scores) === label) total.correct++;
    for (let c = 0; c < classes; c++) {
      const target = smoothing / classes + (c === label ? 1 - smoothing : 0);
      total.loss -= target * Math.log(Math.max(scores[c]!, Number.MIN_VALUE));
      if (gradient) gradient[i * classes + c] = (scores[c]! - target) / labels.length;
    }
  });
  return total;
}

/** The index of the largest value; of several, the first. */
export function argmax(values: ArrayLike<number>, start = 0, end = values.length): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (values[i]! > values[best]!) best = i;
  return best - start;
}
