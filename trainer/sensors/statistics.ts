// What a shape is like: its size in octaves, and how peaked it is. All of it in Q10.
import { log2, roundShift } from '../../base/fixed_point.js';

/** Bits that a square loses before it is squared again. */
const SQUARE_SHIFT = 15;

/** @param octaves log₂, in Q10, of the unit of the shape @param lag of differences, in samples */
type Compute = (shape: Int16Array, octaves: number, lag: number) => number;

/** Of each axis; the chip has the same, in this order. */
export const STATISTICS = {
  /** Root mean square. */
  rms: (shape, octaves) => rootMean(energy(shape), shape.length) + octaves,
  /** That of the difference of samples `lag` apart: of frequencies around half the sample rate over the lag. */
  'difference-rms': (shape, octaves, lag) => rootMean(differenceEnergy(shape, lag), shape.length) + octaves,
  /** Median absolute deviation from the median. */
  mad: (shape, octaves) => log2(medianDeviation(shape)) + octaves,
  /** Fourth moment over the square of the second: 0 is a square wave, log₂ 3 a normal distribution. */
  kurtosis: (shape) => kurtosis(shape),
  /** Largest magnitude over root mean square. */
  crest: (shape) => log2(peak(shape)) - rootMean(energy(shape), shape.length),
} as const satisfies Record<string, Compute>;

export type Statistic = keyof typeof STATISTICS;

/** log₂ √(sum / count). */
function rootMean(sum: number, count: number): number {
  return (log2(sum) - log2(count)) >> 1;
}

function energy(shape: Int16Array): number {
  return shape.reduce((sum, value) => sum + value * value, 0);
}

function differenceEnergy(shape: Int16Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < shape.length; i++) sum += (shape[i]! - shape[i - lag]!) ** 2;
  return sum;
}

function peak(shape: Int16Array): number {
  return shape.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function kurtosis(shape: Int16Array): number {
  let [second, fourth] = [0, 0];
  for (const value of shape) {
    const square = roundShift(value * value, SQUARE_SHIFT);
    second += square;
    fourth += square * square;
  }
  return second === 0 ? 0 : log2(shape.length) + log2(fourth) - 2 * log2(second);
}

function medianDeviation(shape: Int16Array): number {
  const middle = median(shape, (value) => value, -(2 ** 15), 2 ** 15 - 1);
  return median(shape, (value) => Math.abs(value - middle), 0, 2 ** 16 - 1);
}

/**
 * The lower median of what `of` makes of the values, by halving the range that it is in: no sorted copy, which the chip has no
 * memory for.
 */
function median(shape: Int16Array, of: (value: number) => number, low: number, high: number): number {
  const rank = (shape.length + 1) >> 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const below = shape.reduce((count, value) => count + (of(value) <= middle ? 1 : 0), 0);
    if (below >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}
