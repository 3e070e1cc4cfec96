// Control charts: each channel smoothed exponentially; the score is the largest deviation in units of its channel's spread.
// Source: S. W. Roberts, "Control Chart Tests Based on Geometric Moving Averages", Technometrics 1 (1959).
import type { EwmaChartModel } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, INT32_MAX, roundShift } from '../../base/fixed_point.js';
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from '../quantization/multiplier.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Fraction bits of the smoothed deviations (17 bits before them), of the smoothing, and of the score. */
const STATE_BITS = 14;
const SMOOTHING_BITS = 15;
const SCORE_BITS = 8;
/** Units of the input: rounding to integers alone has more spread. */
const LEAST_SPREAD = 0.25;

interface Fixed {
  smoothing: number;
  means: Int16Array;
  multipliers: Int32Array;
  shifts: Int8Array;
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
  const gains = channels.map(({ spread }) =>
    quantizeMultiplier(spread === 0 ? 0 : 2 ** (SCORE_BITS - STATE_BITS) / Math.max(spread, LEAST_SPREAD)),
  );
  return {
    smoothing: Math.round(smoothing * 2 ** SMOOTHING_BITS),
    means: Int16Array.from(channels, ({ mean }) => clamp(Math.round(mean), INT16_MIN, INT16_MAX)),
    multipliers: Int32Array.from(gains, ({ multiplier }) => multiplier),
    shifts: Int8Array.from(gains, ({ shift }) => shift),
  };
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

function stage({ smoothing, means, multipliers, shifts }: Fixed): StageC {
  return {
    kernel: 'tk_ewma_chart',
    params: {
      channels: means.length,
      smoothing,
      means: { array: 'means' },
      multipliers: { array: 'multipliers' },
      shifts: { array: 'shifts' },
    },
    arrays: [
      { name: 'means', type: 'int16_t', values: means },
      { name: 'multipliers', type: 'int32_t', values: multipliers },
      { name: 'shifts', type: 'int8_t', values: shifts },
    ],
    state: { type: 'int32_t', count: means.length },
  };
}
