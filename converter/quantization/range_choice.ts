// Which range of a tensor its 256 steps should cover: all of it, all but the rarest values, or that of least error.
import type { Histogram } from './histogram.js';
import { activationQuantization, type ValueRange } from './scales.js';

/** `least-error`: of the others, for each tensor whichever has the least squared error on it. */
export const RANGE_METHODS = ['min-max', 'percentile', 'mse', 'least-error'] as const;
export type RangeMethod = (typeof RANGE_METHODS)[number];

export interface RangeChoice extends ValueRange {
  method: Exclude<RangeMethod, 'least-error'>;
  /** Mean squared error of rounding and clipping, as the histogram tells it. */
  error: number;
}

/** Percent of the values that a range by percentile covers, where nothing else is said. */
export const DEFAULT_PERCENTILE = 99.99;

/** Fractions of each end of the range that are tried. */
const TRIALS = 64;

/**
 * @param percentile the share of values in the range for that method, in percent
 */
export function chooseRange(histogram: Histogram, method: RangeMethod, percentile = DEFAULT_PERCENTILE): RangeChoice {
  const error = squaredError(histogram);
  const choices = {
    'min-max': () => ({ min: Math.min(0, histogram.min), max: Math.max(0, histogram.max) }),
    percentile: () => percentileRange(histogram, percentile),
    mse: () => leastErrorRange(histogram, error),
  };
  const tried = method === 'least-error' ? (['min-max', 'percentile', 'mse'] as const) : [method];
  return tried
    .map((name) => ({ name, range: choices[name]() }))
    .map(({ name, range }): RangeChoice => ({ ...range, method: name, error: error(range) }))
    .reduce((best, choice) => (choice.error < best.error ? choice : best));
}

/** Leaves out the same share at either end. Bins are kept or left out whole. */
function percentileRange(histogram: Histogram, percentile: number): ValueRange {
  const { counts, zeros, width, min, max } = histogram;
  const total = counts.reduce((sum, count) => sum + count, zeros);
  const spare = (total * (1 - percentile / 100)) / 2;
  const end = (bins: Iterable<number>): number => {
    let left = spare;
    for (const bin of bins) if ((left -= counts[bin]!) < 0) return histogram.centre(bin);
    return 0;
  };
  const indices = [...counts.keys()];
  return {
    min: Math.max(min, Math.min(0, end(indices) - width / 2)),
    max: Math.min(max, Math.max(0, end(indices.reverse()) + width / 2)),
  };
}

/** Both ends are tried at `TRIALS` fractions of the way from zero. */
function leastErrorRange({ min, max }: Histogram, error: (range: ValueRange) => number): ValueRange {
  const fractions = (end: number) =>
    end === 0 ? [0] : Array.from({ length: TRIALS }, (_, i) => (end * (TRIALS - i)) / TRIALS);
  let best = { min: Math.min(0, min), max: Math.max(0, max) };
  let least = error(best);
  for (const low of fractions(best.min)) {
    for (const high of fractions(best.max)) {
      const range = { min: low, max: high };
      const found = error(range);
      if (found < least) [best, least] = [range, found];
    }
  }
  return best;
}

/**
 * The mean squared error of a range by the steps that it gives, with zero among them: a value inside errs by step² / 12,
 * one outside by its distance to the nearest end.
 */
function squaredError(histogram: Histogram): (range: ValueRange) => number {
  const { counts, zeros } = histogram;
  const moments = cumulated(histogram);
  const last = counts.length;
  const count = moments.at(last).count;
  return (range) => {
    const { scale, zeroPoint } = activationQuantization(range);
    const [low, high] = [(-128 - zeroPoint[0]!) * scale[0]!, (127 - zeroPoint[0]!) * scale[0]!];
    const [from, to] = [moments.binOf(low), moments.binOf(high)];
    const inside = moments.at(to).count - moments.at(from).count;
    const error = (inside * scale[0]! ** 2) / 12 + moments.distances(0, from, low) + moments.distances(to, last, high);
    return error / Math.max(1, count + zeros);
  };
}

/** Sums over the bins below an index, from which the error of any range is found in a few steps. */
function cumulated(histogram: Histogram) {
  const { counts, width } = histogram;
  const sums = [0, 1, 2].map((power) => {
    const sum = new Float64Array(counts.length + 1);
    counts.forEach((count, i) => (sum[i + 1] = sum[i]! + count * histogram.centre(i) ** power));
    return sum;
  }) as [Float64Array, Float64Array, Float64Array];
  const between = (power: 0 | 1 | 2, from: number, to: number) => sums[power][to]! - sums[power][from]!;
  const first = histogram.centre(0);
  return {
    at: (bin: number) => ({ count: sums[0][bin]! }),
    /** The bins below have their centre below `value`. */
    binOf: (value: number) =>
      width === 0 ? 0 : Math.max(0, Math.min(counts.length, Math.ceil((value - first) / width))),
    /** Σ (x − end)² */
    distances: (from: number, to: number, end: number) =>
      Math.max(0, between(2, from, to) - 2 * end * between(1, from, to) + end ** 2 * between(0, from, to)),
  };
}
