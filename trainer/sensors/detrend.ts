// One axis without its mean or its straight line, scaled to fill int16: everything after it is shape, and one exponent.
import { bitLength, LOG_BITS, log2, roundShift } from '../../base/fixed_point.js';

export type Detrend = 'mean' | 'line';

/** Fraction bits of the line's slope. */
const SLOPE_BITS = 8;
/** Bits of the largest magnitude in a shape. */
const SHAPE_BITS = 15;

/**
 * Writes an axis of the window into `shape`: less its trend, times 2^n so that the largest magnitude is in 2¹⁴ … 2¹⁵ − 1, or 0
 * throughout. Until then, sums are exact: deviations are taken times the number of samples.
 * @param window [samples × axes], axes innermost
 * @returns log₂, in Q10, of what 1 in `shape` is in units of the window
 */
export function normalise(window: Int16Array, axis: number, axes: number, detrend: Detrend, shape: Int16Array): number {
  const samples = shape.length;
  const sample = (i: number) => window[i * axes + axis]!;
  const { sum, slope } = trend(sample, samples, detrend);
  const deviation = (i: number) => samples * sample(i) - sum - roundShift(slope * (2 * i - samples + 1), SLOPE_BITS);
  let largest = 0;
  for (let i = 0; i < samples; i++) largest = Math.max(largest, Math.abs(deviation(i)));
  const right = largest === 0 ? 0 : bitLength(largest) - SHAPE_BITS;
  for (let i = 0; i < samples; i++) shape[i] = scaled(deviation(i), right);
  return right * 2 ** LOG_BITS - log2(samples);
}

/** The largest deviation may round up to 2¹⁵, which int16 has not. */
function scaled(deviation: number, right: number): number {
  const value = right > 0 ? roundShift(deviation, right) : deviation * 2 ** -right;
  return Math.min(value, 2 ** SHAPE_BITS - 1);
}

/**
 * The mean times the number of samples, and for a line its slope times it in Q8, by least squares over the odd (or even)
 * integers 2i − samples + 1, whose squares sum to samples (samples² − 1) / 3.
 */
function trend(sample: (i: number) => number, samples: number, detrend: Detrend): { sum: number; slope: number } {
  let [sum, moment] = [0, 0];
  for (let i = 0; i < samples; i++) {
    sum += sample(i);
    moment += (2 * i - samples + 1) * sample(i);
  }
  const slope = detrend === 'line' ? Math.trunc((3 * moment * 2 ** SLOPE_BITS) / (samples * samples - 1)) : 0;
  return { sum, slope };
}
