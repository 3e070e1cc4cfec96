// How far an accuracy might lie from what was measured, had other people spoken.
import { bootstrapShare, type Interval } from './detection/bootstrap.js';
import { argmax } from './loss.js';

/**
 * The 95 % interval of the accuracy by the bootstrap over speakers. A clip in which nobody speaks counts as a speaker of its own.
 * @param scores [examples × classes]
 * @param speakers of each example; empty where nobody speaks
 */
export function accuracyInterval(scores: ArrayLike<number>, labels: Uint8Array, speakers: readonly string[]): Interval {
  const classes = scores.length / labels.length;
  const bySpeaker = new Map<string, { part: number; whole: number }>();
  labels.forEach((label, i) => {
    const name = speakers[i] || `clip ${i}`;
    const { part, whole } = bySpeaker.get(name) ?? { part: 0, whole: 0 };
    const isRight = argmax(scores, i * classes, (i + 1) * classes) === label;
    bySpeaker.set(name, { part: part + (isRight ? 1 : 0), whole: whole + 1 });
  });
  return bootstrapShare([...bySpeaker.values()]);
}
