// From a frame's logarithms to the int8 features that a model takes: each channel by itself, or cepstral coefficients.
import { Mfcc } from './mfcc.js';
import { quantizeFeature, type FrontendSpec } from './micro_frontend.js';

export interface ModelFeatures {
  /** Features in a frame. */
  readonly count: number;
  /** Writes those of a frame to `output` from `at` on. */
  write(logs: Uint16Array, output: Int8Array, at: number): void;
}

export function modelFeatures({ mfcc: spec, channels, logShift }: FrontendSpec): ModelFeatures {
  if (!spec) return { count: channels, write: quantizeChannels };
  const mfcc = new Mfcc(spec, channels, logShift);
  return { count: spec.coefficients, write: (logs, output, at) => mfcc.apply(logs, output, at) };
}

function quantizeChannels(logs: Uint16Array, output: Int8Array, at: number): void {
  for (let i = 0; i < logs.length; i++) output[at + i] = quantizeFeature(logs[i]!);
}
