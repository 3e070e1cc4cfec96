// TFLite Micro's audio front end, integer for integer: window → FFT → mel channels → noise reduction → PCAN → log.
import { KilnError } from '../../base/errors.js';
import { RealFft } from './fft.js';
import { Filterbank, correctionBits, melBands } from './filterbank.js';
import { applyLog } from './log_scale.js';
import { cosineTable, type MfccSpec } from './mfcc.js';
import { NoiseReduction, type NoiseReductionSpec } from './noise_reduction.js';
import { Pcan, type PcanSpec } from './pcan.js';
import { Window } from './window.js';

/** Everything that decides a feature's value. */
export interface FrontendSpec {
  /** Hz. */
  sampleRate: number;
  windowMs: number;
  strideMs: number;
  /** Mel channels. */
  channels: number;
  lowerHz: number;
  upperHz: number;
  noiseReduction: NoiseReductionSpec;
  /** Undefined: no gain control. */
  pcan: PcanSpec | undefined;
  /** Fraction bits of the logarithm. */
  logShift: number;
  /** Left out: the features of a model are the channels themselves. */
  mfcc?: MfccSpec;
}

/** The settings of TFLite Micro's micro_speech example. */
export const MICRO_SPEECH: Readonly<FrontendSpec> = {
  sampleRate: 16000,
  windowMs: 30,
  strideMs: 20,
  channels: 40,
  lowerHz: 125,
  upperHz: 7500,
  noiseReduction: { smoothingBits: 10, evenSmoothing: 0.025, oddSmoothing: 0.06, minSignalRemaining: 0.05 },
  pcan: { strength: 0.95, offset: 80, gainBits: 21 },
  logShift: 6,
};

const MOST_CHANNELS = 256;

/** A model is trained on q × 1/64, so that its int8 input takes the features as they are. */
export const FEATURE_QUANTIZATION = { scale: 1 / 64, zeroPoint: 0 } as const;

/** The name of a front end in a config and in a model's metadata. */
export const frontendKind = ({ mfcc }: FrontendSpec) => (mfcc ? 'mfcc' : 'log-mel');

/** Of a model, in a frame. */
export const featuresPerFrame = ({ mfcc, channels }: FrontendSpec) => mfcc?.coefficients ?? channels;

/** A channel's logarithm as int8, by micro_speech's mapping: 0 … 666 goes to −128 … 127. */
export function quantizeFeature(feature: number): number {
  const q = Math.floor((feature * 256 + 333) / 666) - 128;
  return Math.min(127, q);
}

/** Samples in a frame and from frame to frame, and the FFT's size: the power of two that holds a frame. */
export function frameSizes(spec: FrontendSpec): { window: number; stride: number; fft: number } {
  const window = Math.floor((spec.windowMs * spec.sampleRate) / 1000);
  const stride = Math.floor((spec.strideMs * spec.sampleRate) / 1000);
  return { window, stride, fft: 2 ** Math.ceil(Math.log2(Math.max(window, 4))) };
}

/** How many frames a fresh front end gives for so many samples. */
export function frameCount(spec: FrontendSpec, samples: number): number {
  const { window, stride } = frameSizes(spec);
  return samples < window ? 0 : Math.floor((samples - window) / stride) + 1;
}

/** @throws KilnError `frontend-invalid` that names the setting. */
export function checkFrontend(spec: FrontendSpec): void {
  const { window, stride, fft } = frameSizes(spec);
  if (stride < 1) throw invalid('stride', `${spec.strideMs} ms is less than one sample`, 'Give a longer stride.');
  if (window < stride)
    throw invalid('window', `${spec.windowMs} ms is shorter than the stride`, 'Give a longer window.');
  if (fft > 4096) throw invalid('window', `${window} samples, and at most 4096 fit`, 'Give a shorter window.');
  if (spec.lowerHz < 0 || spec.upperHz <= spec.lowerHz || spec.upperHz >= spec.sampleRate / 2) {
    const range = `${spec.lowerHz} to ${spec.upperHz} Hz`;
    const todo = `Choose a range that rises and ends below ${spec.sampleRate / 2} Hz, half the sample rate.`;
    throw invalid('channels', `the range ${range} cannot be heard at ${spec.sampleRate} Hz`, todo);
  }
  if (!(spec.channels >= 1 && spec.channels <= MOST_CHANNELS)) {
    throw invalid('channels', `${spec.channels} channels`, `Give 1 to ${MOST_CHANNELS}.`);
  }
  if (spec.mfcc) checkMfcc(spec.mfcc, spec);
}

function checkMfcc(mfcc: MfccSpec, { channels, logShift }: FrontendSpec): void {
  const { coefficients } = mfcc;
  if (!(Number.isInteger(coefficients) && coefficients >= 1 && coefficients <= channels)) {
    throw invalid('coefficients', `${coefficients} of ${channels} channels`, `Give 1 to ${channels}.`);
  }
  if (cosineTable(mfcc, channels, logShift).shift > 0) return;
  const what = `a lifter of ${mfcc.lifter} and ${mfcc.steps} steps leave no bits for the table of cosines`;
  throw invalid('mfcc', what, 'Give a smaller lifter, or fewer steps.');
}

function invalid(key: string, what: string, todo: string): KilnError {
  return new KilnError('frontend-invalid', { where: `frontend.${key}`, what, todo });
}

/** Turns a stream of samples into frames of channels' logarithms; its state (noise estimates) runs on from frame to frame. */
export class MicroFrontend {
  private readonly window: Window;
  private readonly fft: RealFft;
  private readonly filterbank: Filterbank;
  private readonly noiseReduction: NoiseReduction;
  private readonly pcan: Pcan | undefined;
  private readonly correctionBits: number;
  private readonly features: Uint16Array;

  /** @throws KilnError `frontend-invalid` */
  constructor(readonly spec: FrontendSpec) {
    checkFrontend(spec);
    const size = frameSizes(spec);
    this.window = new Window(size.window, size.stride);
    this.fft = new RealFft(size.fft);
    this.filterbank = new Filterbank(melBands(spec.channels, spec.lowerHz, spec.upperHz, spec.sampleRate, size.fft));
    this.noiseReduction = new NoiseReduction(spec.noiseReduction, spec.channels);
    this.correctionBits = correctionBits(size.fft);
    this.pcan = spec.pcan && new Pcan(spec.pcan, spec.noiseReduction.smoothingBits, this.correctionBits);
    this.features = new Uint16Array(spec.channels);
  }

  /** Forgets all samples and noise: the next sample is the first. */
  reset(): void {
    this.window.reset();
    this.noiseReduction.reset();
  }

  /** @returns the frames that these samples complete, `channels` logarithms each: the same for any division into pushes */
  push(samples: Int16Array): Uint16Array[] {
    const frames: Uint16Array[] = [];
    this.process(samples, (features) => frames.push(features.slice()));
    return frames;
  }

  /** The same without allocating: `emit` is given each frame in a buffer that the next one overwrites. */
  process(samples: Int16Array, emit: (features: Uint16Array) => void): void {
    for (let offset = 0; offset < samples.length;) {
      offset += this.window.fill(samples, offset);
      if (this.window.apply()) emit(this.frame());
    }
  }

  private frame(): Uint16Array {
    const { output, peak } = this.window;
    // As far left as the peak allows: the FFT rounds at every stage.
    const shift = Math.clz32(peak) - 17;
    this.fft.transform(output, shift);
    const signal = this.filterbank.apply(this.fft.output, shift);
    this.noiseReduction.apply(signal);
    this.pcan?.apply(signal, this.noiseReduction.estimate);
    applyLog(signal, this.correctionBits, this.spec.logShift, this.features);
    return this.features;
  }
}
