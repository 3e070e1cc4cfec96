// Energies of a spectrum gathered in overlapping triangles on the mel scale, then their square roots.
import { log1pf } from './log1p.js';

/** Fraction bits of the triangles' weights. */
const FILTERBANK_BITS = 12;

const { fround } = Math;

/** Mel of a frequency in Hz, in single precision as on the device. */
function mel(hz: number): number {
  return fround(1127 * log1pf(fround(hz / 700)));
}

/**
 * Each bin lies between the peaks of two triangles: a falling share of its energy (`weights`, Q12) goes to band b's lower
 * triangle and the rest (`rest`, Q12) to the upper one. Bands are one more than channels: the first has no lower triangle.
 */
export interface MelBands {
  /** First bin of each band, and the end of the last: channels + 2 values. */
  edges: Uint16Array;
  /** By bin − edges[0]. */
  weights: Int16Array;
  rest: Int16Array;
}

/** The triangles of `channels` channels over the bins of a real FFT. DC is never used. */
export function melBands(
  channels: number,
  lowerHz: number,
  upperHz: number,
  sampleRate: number,
  fftSize: number,
): MelBands {
  const hzPerBin = fround(fround(0.5 * sampleRate) / (fftSize / 2));
  const low = mel(lowerHz);
  const spacing = fround(fround(mel(upperHz) - low) / (channels + 1));
  const weights: number[] = [];
  const rest: number[] = [];
  let bin = Math.floor(fround(1.5 + fround(fround(lowerHz) / hzPerBin)));
  const edges = [bin];
  let from = low;
  for (let band = 0; band <= channels; band++) {
    const to = fround(low + fround(spacing * (band + 1)));
    for (let m = mel(fround(bin * hzPerBin)); m <= to; m = mel(fround(++bin * hzPerBin))) {
      const weight = fround(fround(to - m) / fround(to - from));
      weights.push(quantize(weight));
      rest.push(quantize(fround(1 - weight)));
    }
    edges.push(bin);
    from = to;
  }
  return { edges: Uint16Array.from(edges), weights: Int16Array.from(weights), rest: Int16Array.from(rest) };
}

function quantize(weight: number): number {
  return Math.floor(fround(fround(weight * (1 << FILTERBANK_BITS)) + 0.5));
}

export class Filterbank {
  /** One value a channel. */
  readonly output: Uint32Array;

  constructor(readonly bands: MelBands) {
    this.output = new Uint32Array(bands.edges.length - 2);
  }

  /**
   * Square roots of the channels' energies, shifted right to undo the FFT's input shift.
   * The sums are exact in doubles: 2³⁰ (energy) × 2¹² (weight) × bins stays under 2⁵³.
   * @param spectrum real and imaginary parts alternating
   */
  apply(spectrum: Int16Array, shift: number): Uint32Array {
    const { bands, output } = this;
    const first = bands.edges[0]!;
    let carried = 0;
    for (let band = 0; band <= output.length; band++) {
      let energy = carried;
      carried = 0;
      for (let bin = bands.edges[band]!; bin < bands.edges[band + 1]!; bin++) {
        const re = spectrum[2 * bin]!;
        const im = spectrum[2 * bin + 1]!;
        const power = re * re + im * im;
        energy += bands.weights[bin - first]! * power;
        carried += bands.rest[bin - first]! * power;
      }
      if (band > 0) output[band - 1] = roundedSqrt(energy) >>> shift;
    }
    return output;
  }
}

/** Bits by which the roots lie below the signal's true scale. */
export function correctionBits(fftSize: number): number {
  return Math.log2(fftSize) - FILTERBANK_BITS / 2;
}

/** √n to the nearest integer, for integers n < 2⁵³; up to 2³² − 1 the device's 16-bit result stops at 65535. */
export function roundedSqrt(n: number): number {
  let root = Math.floor(Math.sqrt(n));
  if (root * root > n) root--;
  const roundsUp = n - root * root > root;
  return roundsUp && !(root === 0xffff && n < 2 ** 32) ? root + 1 : root;
}
