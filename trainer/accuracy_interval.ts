// How far an accuracy might lie from what was measured, had other people spoken: the bootstrap by speaker.
import { Random } from '../base/random.js';
import { percentiles, type Interval } from './detection/bootstrap.js';
import { argmax } from './loss.js';

const DRAWS = 2000;
const CONFIDENCE = 0.95;
const SEED = 1;

/**
 * The percentile interval of the accuracy over as many speakers as there are, drawn with replacement (Efron, 1979). A clip in which
 * nobody speaks counts as a speaker of its own.
 * @param scores [examples × classes]
 * @param speakers of each example; empty where nobody speaks
 */
export function accuracyInterval(scores: ArrayLike<number>, labels: Uint8Array, speakers: readonly string[]): Interval {
  const classes = scores.length / labels.length;
  const bySpeaker = new Map<string, { right: number; clips: number }>();
  labels.forEach((label, i) => {
    const name = speakers[i] || `clip ${i}`;
    const { right, clips } = bySpeaker.get(name) ?? { right: 0, clips: 0 };
    const hit = argmax(scores, i * classes, (i + 1) * classes) === label ? 1 : 0;
    bySpeaker.set(name, { right: right + hit, clips: clips + 1 });
  });
  const tallies = [...bySpeaker.values()];
  const random = new Random(SEED);
  const draw = (): number => {
    let [right, clips] = [0, 0];
    for (let i = 0; i < tallies.length; i++) {
      const tally = tallies[random.integer(tallies.length)]!;
      right += tally.right;
      clips += tally.clips;
    }
    return right / clips;
  };
  return percentiles(Array.from({ length: DRAWS }, draw), CONFIDENCE);
}
