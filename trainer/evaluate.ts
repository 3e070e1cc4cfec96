// How good a classifier is, from its scores and the truth.
import { argmax } from './loss.js';

export interface Evaluation {
  examples: number;
  /** Share of the examples whose largest score is at their label. */
  accuracy: number;
  /** counts[true label][predicted label]. */
  confusion: number[][];
  /** Share of each label's examples that were found; NaN for a label without examples. */
  recall: number[];
  /** Share of each label's predictions that were right; NaN for a label never predicted. */
  precision: number[];
}

/**
 * Evaluates scores, logits or quantized outputs alike: only their order counts.
 * @param scores [examples × classes]
 * @param labels the true class of each example
 */
export function evaluate(scores: ArrayLike<number>, labels: Uint8Array, classes: number): Evaluation {
  const confusion = confusionMatrix(scores, labels, classes);
  const right = confusion.map((row, label) => row[label]!);
  const examples = labels.length;
  return {
    examples,
    accuracy: sum(right) / examples,
    confusion,
    recall: confusion.map((row, label) => right[label]! / sum(row)),
    precision: right.map((count, label) => count / sum(confusion.map((row) => row[label]!))),
  };
}

/** counts[true label][predicted label]; of equal scores the first counts. */
export function confusionMatrix(scores: ArrayLike<number>, labels: Uint8Array, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => counts[label]![argmax(scores, i * classes, (i + 1) * classes)]!++);
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
