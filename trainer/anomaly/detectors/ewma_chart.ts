// Control charts of several channels: how far each, smoothed, strays while the machine is well.
import type { EwmaChartModel } from '../../../base/detector_models.js';
import { quantile } from '../quantile.js';
import { meanOf } from '../linear_algebra.js';
import { LEAST_SPREAD, requireExamples, type Examples } from './standardize.js';

export interface EwmaChartOptions {
  /** Share of a new sample in the smoothed value, above 0, at most 1: 0.1 averages over about 20 samples. */
  smoothing: number;
  /** Share of the training rows whose deviation is at most one spread. */
  coverage?: number;
  /** Spreads that the deviation of a sample counts at most. */
  limit?: number;
  /** Channels to leave out: those that wander while all is well, like temperatures. */
  ignore?: readonly number[];
}

/**
 * A channel's spread is what its smoothed deviation from the training mean seldom exceeds in training, so channels that wander
 * slowly get more room than white noise of the same size would.
 * @param recording consecutive samples of the normal machine
 * @throws KilnError `examples-too-few`
 */
export function fitEwmaChart(recording: Examples, options: EwmaChartOptions): EwmaChartModel {
  const { smoothing, coverage = 0.95, limit = 6, ignore = [] } = options;
  requireExamples(recording, 2);
  const channels = Array.from(meanOf(recording), (mean, channel) => {
    const strays = smoothedDeviations(
      recording.map((row) => row[channel]! - mean),
      smoothing,
    );
    const spread = Math.max(LEAST_SPREAD, quantile(strays, coverage));
    return { mean, spread: ignore.includes(channel) ? 0 : spread };
  });
  return { kind: 'ewma-chart', smoothing, limit, channels };
}

/** Magnitudes, without the first few that start from 0. */
function smoothedDeviations(deviations: readonly number[], smoothing: number): number[] {
  let smoothed = 0;
  const strays = deviations.map((deviation) => Math.abs((smoothed += smoothing * (deviation - smoothed))));
  return strays.slice(Math.min(strays.length - 1, Math.round(3 / smoothing)));
}
