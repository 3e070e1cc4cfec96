// Multipliers as the C kernels take them: tk_scale, with shifts to the right.
import type { QuantizedMultiplier } from '../quantization/multiplier.js';

/** The fields of tk_scale. */
export interface CScale {
  multiplier: number;
  shift: number;
}

/** 2 m − 2³², and a shift to the right. A multiplier of 0 is one whose products all round to 0. */
export function scaleFields({ multiplier, shift }: QuantizedMultiplier): CScale {
  const [m, right] = multiplier === 0 ? [2 ** 30, 31] : [multiplier, -shift];
  return { multiplier: m * 2 - 2 ** 32, shift: right };
}
