// CUSUM: sums of the deviations beyond a slack, up and down, of each channel; the score is the largest.
// Source: E. S. Page, "Continuous Inspection Schemes", Biometrika 41 (1954).
import type { CusumModel } from '../../base/detector_models.js';
import { clamp } from '../../base/fixed_point.js';
import { multiplyByQuantizedMultiplier } from '../quantization/multiplier.js';
import { channelScales, SCALE_FIELDS, scaleArrays, type ChannelScales } from './channel_scales.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Fraction bits of deviations in spreads, and of the score. */
const SCORE_BITS = 8;
/** Of a deviation before it is scaled, so that its factor stays below 1. */
const DEVIATION_BITS = 11;
/** Of the sums: one more deviation on top fits int32. */
const MOST_LIMIT = 2 ** 28;

interface Fixed extends ChannelScales {
  /** In the unit of the score. */
  slack: number;
  limit: number;
}

export function cusum(model: CusumModel): Detector {
  const fixed = quantize(model);
  return {
    input: { type: 'int16_t', count: fixed.means.length },
    outputs: 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

function quantize({ slack, limit, channels }: CusumModel): Fixed {
  const inScore = (spreads: number) => clamp(Math.round(spreads * 2 ** SCORE_BITS), 0, MOST_LIMIT);
  const scales = channelScales(channels, SCORE_BITS - DEVIATION_BITS);
  return { ...scales, slack: inScore(slack), limit: inScore(limit) };
}

function scorer({ slack, limit, means, multipliers, shifts }: Fixed): Scorer {
  const [up, down] = [new Int32Array(means.length), new Int32Array(means.length)];
  return (input, output) => {
    let score = 0;
    means.forEach((mean, i) => {
      const deviation = (input[i]! - mean) * 2 ** DEVIATION_BITS;
      const spreads = multiplyByQuantizedMultiplier(deviation, multipliers[i]!, shifts[i]!);
      up[i] = clamp(up[i]! + spreads - slack, 0, limit);
      down[i] = clamp(down[i]! - spreads - slack, 0, limit);
      score = Math.max(score, up[i]!, down[i]!);
    });
    output[0] = score;
  };
}

function stage({ slack, limit, ...scales }: Fixed): StageC {
  return {
    kernel: 'tk_cusum',
    params: {
      channels: scales.means.length,
      slack,
      limit,
      ...SCALE_FIELDS,
    },
    arrays: scaleArrays(scales),
    state: { type: 'int32_t', count: 2 * scales.means.length, elementBytes: 4 },
  };
}
