// Control charts: each channel smoothed exponentially; the score is the largest deviation in units of its channel's spread.
// Source: S. W. Roberts, "Control Chart Tests Based on Geometric Moving Averages", Technometrics 1 (1959).
import type { EwmaChartModel } from '../../base/detector_models.js';
import { clamp, INT32_MAX, roundShift } from '../../base/fixed_point.js';
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

function quantize({ smoothing, channels }: EwmaChartModel): Fixed {
  const scales = channelScales(channels, SCORE_BITS - STATE_BITS);
  return { ...scales, smoothing: Math.round(smoothing * 2 ** SMOOTHING_BITS) };
}

function scorer({ smoothing, means, multipliers, shifts }: Fixed): Scorer {
  const state = new Int32Array(means.length);
  return (input, output) => {
    let score = 0;
    means.forEach((mean, i) => {
      const deviation = clamp((input[i]! - mean) * 2 ** STATE_BITS, -INT32_MAX, INT32_MAX);
      state[i]! += roundShift((deviation - state[i]!) * smoothing, SMOOTHING_BITS);
      score = Math.max(score, multiplyByQuantizedMultiplier(Math.abs(state[i]!), multipliers[i]!, shifts[i]!));
    });
    output[0] = score;
  };
}

function stage({ smoothing, ...scales }: Fixed): StageC {
  return {
    kernel: 'tk_ewma_chart',
    params: {
      channels: scales.means.length,
      smoothing,
      ...SCALE_FIELDS,
    },
    arrays: scaleArrays(scales),
    state: { type: 'int32_t', count: scales.means.length },
  };
}
