// Means and spreads of channels in integers: from a sample to its deviation in spreads.
import { clamp, INT16_MAX, INT16_MIN } from '../../base/fixed_point.js';
import type { CArray, CFields } from '../codegen/kernel_call.js';
import { quantizeMultiplier } from '../quantization/multiplier.js';

/** Units of the input: rounding to integers alone has more spread. Factors stay below 1 for 2 bits less in spreads. */
const LEAST_SPREAD = 0.25;

export interface ChannelScales {
  means: Int16Array;
  /** 0 for a channel that is left out. */
  multipliers: Int32Array;
  /** −31 … 0 */
  shifts: Int8Array;
}

/**
 * @param bits fraction bits of a deviation in spreads, less those of the deviation that is multiplied: −2 at most
 */
export function channelScales(channels: readonly { mean: number; spread: number }[], bits: number): ChannelScales {
  const gains = channels.map(({ spread }) =>
    quantizeMultiplier(spread === 0 ? 0 : 2 ** bits / Math.max(spread, LEAST_SPREAD)),
  );
  return {
    means: Int16Array.from(channels, ({ mean }) => clamp(Math.round(mean), INT16_MIN, INT16_MAX)),
    multipliers: Int32Array.from(gains, ({ multiplier }) => multiplier),
    shifts: Int8Array.from(gains, ({ shift }) => shift),
  };
}

export const SCALE_FIELDS: CFields = {
  means: { array: 'means' },
  multipliers: { array: 'multipliers' },
  shifts: { array: 'shifts' },
};

export function scaleArrays({ means, multipliers, shifts }: ChannelScales): CArray[] {
  return [
    { name: 'means', type: 'int16_t', values: means },
    { name: 'multipliers', type: 'int32_t', values: multipliers },
    { name: 'shifts', type: 'int8_t', values: shifts },
  ];
}
