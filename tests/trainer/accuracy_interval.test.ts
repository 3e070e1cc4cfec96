import { describe, expect, it } from 'vitest';
import { accuracyInterval } from '../../trainer/accuracy_interval.js';

describe('accuracyInterval', () => {
  const labels = new Uint8Array(400);
  /** Right where `isRight` says so. */
  const scores = (isRight: (i: number) => boolean) =>
    Array.from(labels).flatMap((_, i) => (isRight(i) ? [1, 0] : [0, 1]));

  it('is that of a binomial where each clip is a speaker', () => {
    const [low, high] = accuracyInterval(
      scores((i) => i % 5 > 0),
      labels,
      new Array<string>(400).fill(''),
    );
    const deviation = Math.sqrt((0.8 * 0.2) / 400);
    expect(low).toBeCloseTo(0.8 - 1.96 * deviation, 2);
    expect(high).toBeCloseTo(0.8 + 1.96 * deviation, 2);
  });

  it('is wider where speakers are few and each is all right or all wrong', () => {
    const speakers = Array.from(labels, (_, i) => `s${i % 10}`);
    const [low, high] = accuracyInterval(
      scores((i) => i % 10 > 1),
      labels,
      speakers,
    );
    expect(low).toBeLessThanOrEqual(0.6);
    expect(high).toBe(1);
  });
});
