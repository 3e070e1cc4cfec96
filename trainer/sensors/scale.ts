// Physical units to the integers of a sensor: what its data sheet calls the size of a least significant bit.
import { clamp, INT16_MAX, INT16_MIN } from '../../base/fixed_point.js';

/** physical value = zero + unit × integer */
export interface SensorScale {
  unit: number;
  zero: number;
}

/** @returns int16, and beyond its range the nearest of it */
export function toInt16(values: ArrayLike<number>, { unit, zero }: SensorScale): Int16Array {
  return Int16Array.from(values, (value) => clamp(Math.round((value - zero) / unit), INT16_MIN, INT16_MAX));
}

/**
 * A scale for a channel of which no data sheet is at hand: what was recorded spans `steps` integers around 0.
 * @param values none of them NaN, one at least
 */
export function scaleOf(values: readonly number[], steps: number): SensorScale {
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const span = high > low ? high - low : Math.abs(high) || 1;
  return { unit: span / steps, zero: (low + high) / 2 };
}
