// Thresholds keep what they promise on scores that they have not seen.
import { describe, expect, it } from 'vitest';
import { Random } from '../../../base/random.js';
import { conformalThreshold } from '../../../trainer/anomaly/thresholds/conformal.js';
import { extremeValueThreshold, fitTail, tailQuantile } from '../../../trainer/anomaly/thresholds/extreme_value.js';
import { thresholdForFalseAlarms } from '../../../trainer/anomaly/thresholds/false_alarms.js';

function exponential(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
}

describe('conformal threshold', () => {
  it('is the score of its rank', () => {
    const scores = Array.from({ length: 99 }, (_, i) => i + 1);
    expect(conformalThreshold(scores, 0.1)).toBe(90);
    expect(conformalThreshold(scores, 0.01)).toBe(99);
    expect(conformalThreshold([5, 1, 3], 0.5)).toBe(3);
  });

  it('is exceeded at most as often as promised, and not much less, by few scores as well', () => {
    const random = new Random(1);
    const [rounds, alpha] = [4000, 0.1];
    let exceeded = 0;
    for (let round = 0; round < rounds; round++) {
      const [next, ...scores] = exponential(random, 31);
      if (next! > conformalThreshold(scores, alpha)) exceeded++;
    }
    // 3/31 are above the rank that 30 scores have; ± 3 standard deviations.
    expect(exceeded / rounds).toBeLessThan(alpha + 0.0142);
    expect(exceeded / rounds).toBeGreaterThan(3 / 31 - 0.0142);
  });

  it('refuses a rate that the scores cannot show', () => {
    expect(() => conformalThreshold([1, 2, 3], 0.2)).toThrow('3 normal scores, and a rate of 0.2 needs at least 4');
  });
});

describe('extreme values', () => {
  it('finds the tail that the excesses are drawn from', () => {
    const random = new Random(2);
    const drawn = (shape: number) =>
      Array.from({ length: 20000 }, () => tailQuantile({ scale: 2, shape }, 1 - random.uniform()));
    for (const shape of [-0.3, 0, 0.2]) {
      const tail = fitTail(drawn(shape));
      expect(tail.shape).toBeCloseTo(shape, 1);
      expect(tail.scale).toBeCloseTo(2, 0);
    }
  });

  it('follows the tail on, beyond all scores', () => {
    const scores = exponential(new Random(3), 20000);
    // exp(−x) = 10⁻⁵ at 11.5, and one score in 20,000 is above 9.9.
    expect(extremeValueThreshold(scores, 1e-5)).toBeGreaterThan(10);
    expect(extremeValueThreshold(scores, 1e-5)).toBeLessThan(14);
  });

  it('refuses a tail of too few scores', () => {
    expect(() => extremeValueThreshold([1, 2, 3, 4, 5], 0.01)).toThrow('scores are in the tail');
    expect(() => extremeValueThreshold(new Float64Array(1000), 0.01)).toThrow('0 normal scores are in the tail');
  });
});

describe('false alarms per day', () => {
  const scores = exponential(new Random(4), 10000);

  it('are measured where the recording is long enough, and extrapolated where it is not', () => {
    // One score a minute: 1,440 a day.
    const often = thresholdForFalseAlarms(scores, 14.4, 60);
    expect(often.method).toBe('conformal');
    expect(often.threshold).toBeCloseTo(-Math.log(0.01), 0);
    const seldom = thresholdForFalseAlarms(scores, 0.01, 60);
    expect(seldom.method).toBe('extreme-value');
    expect(seldom.threshold).toBeGreaterThan(often.threshold);
  });
});
