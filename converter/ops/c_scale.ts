// Multipliers as the C kernels take them: tk_scale, with shifts to the right.
import type { QuantizedMultiplier } from '../quantization/multiplier.js';

/** The fields of tk_scale. */
export interface CScale {
  multiplier: number;
  shift: number;
}

export function scaleFields(scale: QuantizedMultiplier): CScale {
  const { multiplier, shift } = withoutZero(scale);
  return { multiplier: doubled(multiplier), shift: -shift };
}

/** 2 m − 2³², of a multiplier m from 2³⁰ on. */
export function doubled(multiplier: number): number {
  return multiplier * 2 - 2 ** 32;
}

/** A multiplier of 0 is one whose products all round to 0. */
export function withoutZero(scale: QuantizedMultiplier): QuantizedMultiplier {
  return scale.multiplier === 0 ? { multiplier: 2 ** 30, shift: -31 } : scale;
}
