// Which range of a tensor its 256 steps should cover: all of it, all but the rarest values, or that of least error.
import type { Histogram } from './histogram.js';
import { activationQuantization, type ValueRange } from './scales.js';

/** `least-error`: of the others, for each tensor whichever has the least squared error on it. */
export const RANGE_METHODS = ['min-max', 'percentile', 'mse', 'least-error'] as const;
export type RangeMethod = (typeof RANGE_METHODS)[number];

export interface RangeChoice extends ValueRange {
  /** `trained` where training rounded to it. */
  method: Exclude<RangeMethod, 'least-error'> | 'trained';
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

/** A range that is known already. */
export function trainedRange(histogram: Histogram, range: ValueRange): RangeChoice {
  return { ...range, method: 'trained', error: squaredError(histogram)(range) };
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
    min: Math.min(0, Math.max(min, end(indices) - width / 2)),
    max: Math.max(0, Math.min(max, end(indices.reverse()) + width / 2)),
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
 * The mean squared error of a range by the steps that it gives, with zero among them: a value outside errs by its distance
 * to the nearest end, one within half a step of zero by itself, any other by step² / 12 on average.
 */
function squaredError(histogram: Histogram): (range: ValueRange) => number {
  const moments = cumulated(histogram);
  const last = histogram.counts.length;
  const total = moments.count(0, last) + histogram.zeros;
  return (range) => {
    const { scale, zeroPoint } = activationQuantization(range);
    const step = scale[0]!;
    const [low, high] = [(-128 - zeroPoint[0]!) * step, (127 - zeroPoint[0]!) * step];
    const [from, to] = [moments.binOf(low), moments.binOf(high)];
    const near = [-step / 2, step / 2].map((end) => Math.max(from, Math.min(to, moments.binOf(end))));
    const rounded = moments.count(from, to) - moments.count(near[0]!, near[1]!);
    const error =
      (rounded * step ** 2) / 12 +
      moments.distances(near[0]!, near[1]!, 0) +
      moments.distances(0, from, low) +
      moments.distances(to, last, high);
    return error / Math.max(1, total);
  };
}

/** Sums over the bins up to an index, by which the error of any range is found in a few steps. */
function cumulated(histogram: Histogram) {
  const { width } = histogram;
  const [counts, sums, squares] = [histogram.counts, histogram.sums, histogram.squares].map(runningSum) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const first = histogram.centre(0);
  return {
    count: (from: number, to: number) => counts[to]! - counts[from]!,
    /** The bins below have their centre below `value`. */
    binOf: (value: number) =>
      width === 0 ? 0 : Math.max(0, Math.min(counts.length - 1, Math.ceil((value - first) / width))),
    /** Σ (x − end)² */
    distances(from: number, to: number, end: number): number {
      const [n, sum, square] = [counts, sums, squares].map((running) => running[to]! - running[from]!);
      return Math.max(0, square! - 2 * end * sum! + end ** 2 * n!);
    },
  };
}

/** One more than the values: each is the sum of those before. */
function runningSum(values: Float64Array): Float64Array {
  const running = new Float64Array(values.length + 1);
  values.forEach((value, i) => (running[i + 1] = running[i]! + value));
  return running;
}
