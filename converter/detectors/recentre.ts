// Features of a new machine as those of the machines in training: its first windows say where they lie and how they spread.
import type { StatisticsCalibration } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, roundShift } from '../../base/fixed_point.js';
import type { StageC } from './detector.js';

/** Fraction bits of gains, which are a quarter to four. */
const GAIN_BITS = 12;
const GAIN = { least: 2 ** (GAIN_BITS - 2), most: 2 ** (GAIN_BITS + 2) };

export interface Recentre {
  features: number;
  /** Words that are kept, and those that leave features as they are. */
  kept: number;
  trained: Int32Array;
  /** @param kept is read and written: zeros begin anew */
  start(kept?: Int32Array): (features: Int16Array) => Int16Array;
  c: StageC;
}

export function recentre({ windows, features }: StatisticsCalibration): Recentre {
  const means = Int16Array.from(features, ({ mean }) => clamp(Math.round(mean), INT16_MIN, INT16_MAX));
  const spreads = Int16Array.from(features, ({ spread }) => clamp(Math.round(spread), 1, INT16_MAX));
  const words = 1 + 2 * features.length;
  const unmoved = Array.from(means, (mean) => [mean, 2 ** GAIN_BITS]).flat();
  return {
    features: features.length,
    kept: words,
    trained: Int32Array.of(windows, ...unmoved),
    start: (kept = new Int32Array(words)) => follower({ windows, means, spreads }, kept),
    c: {
      kernel: 'tk_recentre',
      params: { features: features.length, windows, means: { array: 'means' }, spreads: { array: 'spreads' } },
      arrays: [
        { name: 'means', type: 'int16_t', values: means },
        { name: 'spreads', type: 'int16_t', values: spreads },
      ],
      state: { type: 'int64_t', count: 2 * features.length, elementBytes: 8 },
      kept: words,
    },
  };
}

interface Fixed {
  windows: number;
  means: Int16Array;
  spreads: Int16Array;
}

function follower(fixed: Fixed, kept: Int32Array): (features: Int16Array) => Int16Array {
  const count = fixed.means.length;
  const [sum, squares] = [new Float64Array(count), new Float64Array(count)];
  return (features) => {
    if (kept[0]! >= fixed.windows) return features.map((x, i) => moved(x, fixed.means[i]!, kept.subarray(1 + 2 * i)));
    if (kept[0] === 0) [sum, squares].forEach((values) => values.fill(0));
    features.forEach((x, i) => {
      sum[i]! += x;
      squares[i]! += x * x;
    });
    if (++kept[0]! === fixed.windows) setStatistics(fixed, kept, sum, squares);
    return features.slice();
  };
}

function moved(x: number, mean: number, [centre, gain]: ArrayLike<number> & Iterable<number>): number {
  return clamp(mean + roundShift((x - centre!) * gain!, GAIN_BITS), INT16_MIN, INT16_MAX);
}

function setStatistics({ windows, spreads }: Fixed, kept: Int32Array, sums: Float64Array, squares: Float64Array): void {
  sums.forEach((sum, i) => {
    const root = integerRoot(windows * squares[i]! - sum * sum);
    const gain = Math.floor((spreads[i]! * windows * 2 ** GAIN_BITS) / Math.max(1, root));
    kept[1 + 2 * i] = Math.trunc(sum / windows);
    kept[2 + 2 * i] = clamp(gain, GAIN.least, GAIN.most);
  });
}

/** The integer part of the root of an integer below 2⁵². */
function integerRoot(x: number): number {
  const root = Math.floor(Math.sqrt(x));
  return root * root > x ? root - 1 : root;
}
