// How far rates might lie from what was measured, had other speakers been recorded: the bootstrap over sources.
import { Random } from '../../base/random.js';
import { ratesOf, total, type Rates, type Tally } from './stream_score.js';

export type Interval = readonly [low: number, high: number];

export interface BootstrapOptions {
  /** Draws; 2000 by default. */
  draws?: number;
  /** Share of the draws that lies inside; 0.95 by default. */
  confidence?: number;
  seed?: number;
}

/**
 * The percentile intervals of both rates (Efron, 1979): as many sources as there are, drawn with replacement, again and again.
 * Draws without any word say nothing of false rejects and are left out there.
 */
export function bootstrapRates(
  tallies: readonly Tally[],
  { draws = 2000, confidence = 0.95, seed = 1 }: BootstrapOptions = {},
): { readonly [rate in keyof Rates]: Interval } {
  const random = new Random(seed);
  const drawn = Array.from({ length: draws }, () =>
    ratesOf(total(tallies.map(() => tallies[random.integer(tallies.length)]!))),
  );
  const interval = (rate: keyof Rates) =>
    percentiles(
      drawn.map((rates) => rates[rate]),
      confidence,
    );
  return { falseRejects: interval('falseRejects'), falseAccepts: interval('falseAccepts') };
}

/** The same of a share, such as an accuracy: each source has so many of a whole. */
export function bootstrapShare(
  sources: readonly { part: number; whole: number }[],
  { draws = 2000, confidence = 0.95, seed = 1 }: BootstrapOptions = {},
): Interval {
  const random = new Random(seed);
  const shares = Array.from({ length: draws }, () => {
    let [part, whole] = [0, 0];
    for (let i = 0; i < sources.length; i++) {
      const drawn = sources[random.integer(sources.length)]!;
      part += drawn.part;
      whole += drawn.whole;
    }
    return part / whole;
  });
  return percentiles(shares, confidence);
}

/** What encloses the middle `confidence` of the values that are numbers. */
export function percentiles(values: readonly number[], confidence: number): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
}
