// Samples on the grid of a sample rate: short gaps filled by a straight line, longer ones end a stretch.
import type { Stretch } from './sensor_dataset.js';

/** A sample as it was read. */
export interface Reading {
  /** Number of the sample on the grid, rising. */
  at: number;
  /** By channel; NaN where nothing was measured. */
  values: Float64Array;
  class: number;
}

/**
 * A reading that lacks a channel is missing as a whole.
 * @param fill missing samples in a row that are filled at most
 */
export function stretchesOf(readings: readonly Reading[], fill: number): Stretch[] {
  const whole = readings.filter(({ values }) => !values.some(Number.isNaN));
  const runs: Reading[][] = [];
  for (const reading of whole) {
    const run = runs.at(-1);
    if (run && reading.at - run.at(-1)!.at - 1 <= fill) run.push(...between(run.at(-1)!, reading), reading);
    else runs.push([reading]);
  }
  return runs.map(toStretch);
}

/** What is missing between two readings, in the class of the earlier. */
function between(before: Reading, after: Reading): Reading[] {
  const steps = after.at - before.at;
  return Array.from({ length: steps - 1 }, (_, i) => ({
    at: before.at + i + 1,
    values: before.values.map((value, channel) => value + ((after.values[channel]! - value) * (i + 1)) / steps),
    class: before.class,
  }));
}

function toStretch(run: readonly Reading[]): Stretch {
  const channels = Array.from(run[0]!.values, (_, channel) => Float64Array.from(run, ({ values }) => values[channel]!));
  return { channels, classes: Uint8Array.from(run, (reading) => reading.class) };
}
