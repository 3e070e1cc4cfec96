// Random shifts and masks of a spectrogram as it is trained on (SpecAugment, Park et al., 2019), from int8 features to floats.
import type { Random } from '../base/random.js';

export interface SpecAugment {
  /** Largest shift in time, either way, as a share of the frames. */
  shift: number;
  /** How many masks in time, and each one's largest length as a share of the frames. */
  timeMasks: number;
  timeWidth: number;
  /** How many masks in frequency, and each one's largest height as a share of the channels. */
  frequencyMasks: number;
  frequencyWidth: number;
}

/** float = (q − zeroPoint) · scale. */
export interface InputQuantization {
  scale: number;
  zeroPoint: number;
}

/** Dequantizes one example of [frames, channels] as it is. */
export function dequantize(features: Int8Array, { scale, zeroPoint }: InputQuantization, out: Float32Array): void {
  for (let i = 0; i < features.length; i++) out[i] = (features[i]! - zeroPoint) * scale;
}

/** Dequantizes one example with a random shift and random masks; what is shifted in or masked is the example's mean. */
export function augment(
  features: Int8Array,
  [frames, channels]: readonly [number, number],
  quantization: InputQuantization,
  spec: SpecAugment,
  random: Random,
  out: Float32Array,
): void {
  const mean = (average(features) - quantization.zeroPoint) * quantization.scale;
  const reach = Math.floor(spec.shift * frames);
  const shift = random.integer(2 * reach + 1) - reach;
  const from = Math.max(0, shift) * channels;
  const to = (frames + Math.min(0, shift)) * channels;
  out.fill(mean);
  dequantize(features.subarray(from - shift * channels, to - shift * channels), quantization, out.subarray(from, to));
  for (let i = 0; i < spec.timeMasks; i++) {
    const [first, end] = stretch(frames, spec.timeWidth, random);
    out.fill(mean, first * channels, end * channels);
  }
  for (let i = 0; i < spec.frequencyMasks; i++) {
    const [first, end] = stretch(channels, spec.frequencyWidth, random);
    for (let t = 0; t < frames; t++) out.fill(mean, t * channels + first, t * channels + end);
  }
}

function average(values: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** A random part of 0 … size − 1, at most `share` of it. */
function stretch(size: number, share: number, random: Random): [first: number, end: number] {
  const length = random.integer(Math.floor(share * size) + 1);
  const first = random.integer(size - length + 1);
  return [first, first + length];
}
