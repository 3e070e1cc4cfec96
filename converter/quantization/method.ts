// One way to quantize: the steps that can be switched, and what each may be.
import { DEFAULT_PERCENTILE, type RangeMethod } from './range_choice.js';

export const EQUALIZATIONS = ['none', 'weights', 'activations'] as const;
/** Scales of a FULLY_CONNECTED's weights: TFLite Micro before September 2024 computes garbage with one per channel. */
export const DENSE_SCALES = ['per-tensor', 'per-channel'] as const;

/** One way to quantize. */
export interface Method {
  ranges: RangeMethod;
  /** Percent of the values inside a range by percentile. */
  percentile: number;
  /** Whose ranges are evened out between two layers: those of the weights, or those of the values between. */
  equalization: (typeof EQUALIZATIONS)[number];
  dense: (typeof DENSE_SCALES)[number];
  biasCorrection: boolean;
  /** Weights rounded such that their errors make up for one another. */
  compensation: boolean;
}

/** What is given is taken; of what is left out or `auto`, the best is found. */
export type MethodChoice = { [K in keyof Method]?: Method[K] | 'auto' | undefined };

export const PLAINEST: Method = {
  ranges: 'min-max',
  percentile: DEFAULT_PERCENTILE,
  equalization: 'none',
  dense: 'per-tensor',
  biasCorrection: false,
  compensation: false,
};
