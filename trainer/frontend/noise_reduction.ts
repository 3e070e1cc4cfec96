// Spectral subtraction: a slow average of each channel is taken for noise and removed, down to a floor.

/** Fraction bits of the smoothing factors. */
const NOISE_REDUCTION_BITS = 14;
const ONE = 1 << NOISE_REDUCTION_BITS;

export interface NoiseReductionSpec {
  /** Extra fraction bits of the noise estimate. */
  smoothingBits: number;
  /** How fast the estimate follows, 0 … 1, in channels 0, 2, 4 … */
  evenSmoothing: number;
  /** The same in channels 1, 3, 5 … */
  oddSmoothing: number;
  /** Share of a channel that is always left, 0 … 1. */
  minSignalRemaining: number;
}

/** Shares in Q14. */
export interface NoiseShares {
  smoothing: readonly [even: number, odd: number];
  remaining: number;
}

export function noiseShares(spec: NoiseReductionSpec): NoiseShares {
  return {
    smoothing: [toFixed(spec.evenSmoothing), toFixed(spec.oddSmoothing)],
    remaining: toFixed(spec.minSignalRemaining),
  };
}

export class NoiseReduction {
  /** Noise of each channel, with `smoothingBits` fraction bits. */
  readonly estimate: Uint32Array;

  private readonly shares: NoiseShares;

  constructor(
    private readonly spec: NoiseReductionSpec,
    channels: number,
  ) {
    this.estimate = new Uint32Array(channels);
    this.shares = noiseShares(spec);
  }

  reset(): void {
    this.estimate.fill(0);
  }

  /** In place. Products stay under 2⁴⁷, so doubles hold them exactly. */
  apply(signal: Uint32Array): void {
    const { estimate } = this;
    const { smoothing, remaining } = this.shares;
    const { smoothingBits } = this.spec;
    for (let i = 0; i < signal.length; i++) {
      const share = smoothing[(i & 1) as 0 | 1];
      const value = signal[i]!;
      const scaled = (value << smoothingBits) >>> 0;
      const noise = Math.floor((scaled * share + estimate[i]! * (ONE - share)) / ONE);
      estimate[i] = noise;
      const floor = Math.floor((value * remaining) / ONE);
      const left = (scaled - Math.min(noise, scaled)) >>> smoothingBits;
      signal[i] = Math.max(left, floor);
    }
  }
}

function toFixed(share: number): number {
  return Math.floor(Math.fround(share) * ONE);
}
