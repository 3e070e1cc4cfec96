// Control charts: each channel smoothed exponentially; the score is the largest deviation in units of its channel's spread.
// Source: S. W. Roberts, "Control Chart Tests Based on Geometric Moving Averages", Technometrics 1 (1959).
import type { EwmaChartModel } from '../../base/detector_models.js';
import { clamp, roundShift, saturate } from '../../base/fixed_point.js';
import { multiplyByQuantizedMultiplier } from '../quantization/multiplier.js';
import { channelScales, SCALE_FIELDS, scaleArrays, type ChannelScales } from './channel_scales.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Fraction bits of the smoothed deviations (17 bits before them), of the smoothing, and of the score. */
const STATE_BITS = 14;
const SMOOTHING_BITS = 15;
const SCORE_BITS = 8;

interface Fixed extends ChannelScales {
  /** Q15 */
  smoothing: number;
  /** What a sample's deviation counts at most, by channel. */
  limits: Int32Array;
}

export function ewmaChart(model: EwmaChartModel): Detector {
  const fixed = quantize(model);
  return {
    input: { type: 'int16_t', count: fixed.means.length },
    outputs: 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

function quantize({ smoothing, limit, channels }: EwmaChartModel): Fixed {
  return {
    ...channelScales(channels, SCORE_BITS - STATE_BITS),
    smoothing: Math.round(smoothing * 2 ** SMOOTHING_BITS),
    limits: Int32Array.from(channels, ({ spread }) => saturate(Math.round(limit * spread * 2 ** STATE_BITS))),
  };
}

function scorer({ smoothing, limits, means, multipliers, shifts }: Fixed): Scorer {
  const state = new Int32Array(means.length);
  return (input, output) => {
    let score = 0;
    means.forEach((mean, i) => {
      const deviation = clamp((input[i]! - mean) * 2 ** STATE_BITS, -limits[i]!, limits[i]!);
      state[i]! += roundShift((deviation - state[i]!) * smoothing, SMOOTHING_BITS);
      score = Math.max(score, multiplyByQuantizedMultiplier(Math.abs(state[i]!), multipliers[i]!, shifts[i]!));
    });
    output[0] = score;
  };
}

function stage({ smoothing, limits, ...scales }: Fixed): StageC {
  return {
    kernel: 'tk_ewma_chart',
    params: { channels: limits.length, smoothing, limits: { array: 'limits' }, ...SCALE_FIELDS },
    arrays: [{ name: 'limits', type: 'int32_t', values: limits }, ...scaleArrays(scales)],
    state: { type: 'int32_t', count: limits.length, elementBytes: 4 },
  };
}
