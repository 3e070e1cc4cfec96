// Amplitudes of frequency bands: Hann window, the audio front end's FFT, and sums of squared magnitudes.
import { KilnError } from '../../base/errors.js';
import type { BandTables } from '../../base/detector_models.js';
import { log2 } from '../../base/fixed_point.js';
import { RealFft } from '../frontend/fft.js';
import { hannWindow, WINDOW_BITS } from '../frontend/window.js';

export interface BandSpec {
  /** Points of the FFT: a power of two, at least the samples of a window. */
  fftSize: number;
  /** First bin of each band and the end of the last: rising, 1 to fftSize / 2 + 1. */
  edges: readonly number[];
}

export class BandSpectrum {
  private readonly window: Int16Array;
  private readonly fft: RealFft;
  private readonly windowed: Int16Array;

  constructor(
    readonly spec: BandSpec,
    samples: number,
  ) {
    this.window = hannWindow(samples);
    this.fft = new RealFft(spec.fftSize);
    this.windowed = new Int16Array(samples);
  }

  tables(): BandTables {
    return { edges: this.spec.edges, window: this.window, fft: this.fft.tables };
  }

  /** @returns bins 0 … fftSize / 2, real and imaginary parts alternating */
  transform(shape: Int16Array): Int16Array {
    for (let i = 0; i < shape.length; i++) this.windowed[i] = (shape[i]! * this.window[i]!) >> WINDOW_BITS;
    this.fft.transform(this.windowed, 0);
    return this.fft.output;
  }
}

/** log₂ of the root of each band's energy, in Q10. @param octaves log₂, in Q10, of the unit of the shape */
export function bandAmplitudes(spectrum: BandSpectrum, shape: Int16Array, octaves: number): number[] {
  const { edges } = spectrum.spec;
  const bins = spectrum.transform(shape);
  return edges.slice(1).map((end, band) => {
    let energy = 0;
    for (let i = 2 * edges[band]!; i < 2 * end; i++) energy += bins[i]! * bins[i]!;
    return (log2(energy) >> 1) + octaves;
  });
}

const MOST_POINTS = 2048;

/** @throws KilnError `frontend-invalid` */
export function checkBands({ fftSize, edges }: BandSpec, samples: number): void {
  if (!Number.isInteger(Math.log2(fftSize)) || fftSize < Math.max(8, samples) || fftSize > MOST_POINTS) {
    throw invalid(`an FFT of ${fftSize} points: expected a power of two, ${samples} to ${MOST_POINTS}`);
  }
  const rises = edges.every((edge, i) => Number.isInteger(edge) && edge > (edges[i - 1] ?? 0));
  if (edges.length < 2 || !rises || edges.at(-1)! > fftSize / 2 + 1) {
    throw invalid(`edges ${edges.join(', ')}: expected two or more that rise from 1 to ${fftSize / 2 + 1} at most`);
  }
}

function invalid(what: string): KilnError {
  return new KilnError('frontend-invalid', { where: 'frontend.bands', what, todo: 'Choose other bands.' });
}
