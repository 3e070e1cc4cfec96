// Signal-to-noise ratio of a quantized tensor against its float values.

/** Reported where there is no noise at all. */
export const NOISELESS_DB = 200;

/** Sums over the values of one tensor. */
export class Noise {
  count = 0;
  /** Σ x² of the reference. */
  signal = 0;
  /** Σ (y − x)². */
  noise = 0;
  largest = 0;

  add(reference: ArrayLike<number>, found: ArrayLike<number>): void {
    for (let i = 0; i < reference.length; i++) {
      const x = reference[i]!;
      const error = found[i]! - x;
      this.signal += x * x;
      this.noise += error * error;
      if (Math.abs(error) > this.largest) this.largest = Math.abs(error);
    }
    this.count += reference.length;
  }

  get meanSquaredError(): number {
    return this.noise / Math.max(1, this.count);
  }

  /** In dB. */
  get sqnr(): number {
    return decibels(this.signal, this.noise);
  }
}

/** 10 log₁₀ of a ratio of powers, within ±`NOISELESS_DB`. */
export function decibels(signal: number, noise: number): number {
  if (noise === 0) return NOISELESS_DB;
  return Math.max(-NOISELESS_DB, Math.min(NOISELESS_DB, 10 * Math.log10(signal / noise)));
}
