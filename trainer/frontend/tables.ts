// A front end as plain data: every number that the same front end in C is generated from.
import { fftTables } from './fft.js';
import { correctionBits, melBands, type MelBands } from './filterbank.js';
import { LOG_TABLE } from './log_scale.js';
import { cosineTable, type CosineTable } from './mfcc.js';
import { checkFrontend, featuresPerFrame, frameSizes, type FrontendSpec } from './micro_frontend.js';
import { noiseShares, type NoiseShares } from './noise_reduction.js';
import { Pcan } from './pcan.js';
import { hannWindow } from './window.js';

export interface FrontendTables {
  sampleRate: number;
  /** Samples in a frame, from frame to frame, and in the FFT. */
  window: number;
  stride: number;
  fft: number;
  channels: number;
  /** Of a model, in a frame. */
  features: number;
  /** Of the window, in Q12. */
  coefficients: Int16Array;
  /** Where the complex FFT takes each pair of samples. */
  places: Uint16Array;
  /** Of the complex FFT and of its separation in even and odd samples: real and imaginary parts in Q15, alternating. */
  twiddles: Int16Array;
  splitTwiddles: Int16Array;
  bands: MelBands;
  noise: NoiseShares & { smoothingBits: number };
  pcan: { gains: Int16Array; snrShift: number } | undefined;
  log: { table: Uint16Array; correctionBits: number; shift: number };
  /** Undefined: a model's features are the channels. */
  mfcc: CosineTable | undefined;
}

/** @throws KilnError `frontend-invalid` */
export function frontendTables(spec: FrontendSpec): FrontendTables {
  checkFrontend(spec);
  const { sampleRate, channels, noiseReduction, logShift, mfcc } = spec;
  const sizes = frameSizes(spec);
  const { places, twiddles, splitTwiddles } = fftTables(sizes.fft);
  const { smoothingBits } = noiseReduction;
  const correction = correctionBits(sizes.fft);
  const pcan = spec.pcan && new Pcan(spec.pcan, smoothingBits, correction);
  return {
    ...{ sampleRate, channels, features: featuresPerFrame(spec), ...sizes },
    coefficients: hannWindow(sizes.window),
    ...{ places, twiddles, splitTwiddles },
    bands: melBands(channels, spec.lowerHz, spec.upperHz, sampleRate, sizes.fft),
    noise: { ...noiseShares(noiseReduction), smoothingBits },
    pcan: pcan && { gains: pcan.table, snrShift: pcan.snrShift },
    log: { table: LOG_TABLE, correctionBits: correction, shift: logShift },
    mfcc: mfcc && cosineTable(mfcc, channels, logShift),
  };
}
