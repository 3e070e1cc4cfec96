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
  options: BootstrapOptions = {},
): { readonly [rate in keyof Rates]: Interval } {
  return bootstrapFigures(tallies, (drawn) => ({ ...ratesOf(total(drawn)) }), options);
}

/** The same of a share, such as an accuracy: each source has so many of a whole. */
export function bootstrapShare(
  sources: readonly { part: number; whole: number }[],
  options: BootstrapOptions = {},
): Interval {
  const sum = (drawn: typeof sources, key: 'part' | 'whole') => drawn.reduce((all, one) => all + one[key], 0);
  return bootstrapFigures(sources, (drawn) => ({ share: sum(drawn, 'part') / sum(drawn, 'whole') }), options).share;
}

/** The same of any figures. @param figuresOf gives NaN where what was drawn says nothing of one */
export function bootstrapFigures<T, K extends string>(
  sources: readonly T[],
  figuresOf: (drawn: readonly T[]) => Record<K, number>,
  { draws = 2000, confidence = 0.95, seed = 1 }: BootstrapOptions = {},
): Record<K, Interval> {
  const random = new Random(seed);
  const drawn = Array.from({ length: draws }, () =>
    figuresOf(sources.map(() => sources[random.integer(sources.length)]!)),
  );
  const intervals = (Object.keys(drawn[0]!) as K[]).map((key) => {
    const values = drawn.map((figures) => figures[key]);
    return [key, percentiles(values, confidence)] as const;
  });
  return Object.fromEntries(intervals) as Record<K, Interval>;
}

/** What encloses the middle `confidence` of the values that are numbers. */
function percentiles(values: readonly number[], confidence: number): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
}
