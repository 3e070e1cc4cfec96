// Variants of a training clip: another place in time, speed, microphone, room, loudness, background noise.
import type { Random } from '../base/random.js';
import type { Augmentation } from './augmentation.js';
import { clipLength, type Recording, type Recordings } from './clip_audio.js';
import type { NoiseStretch } from './datasets/dataset.js';
import { equalize, playAt, reverberate } from './effects.js';

/** Makes variants of recordings at one sample rate. */
export class Augmenter {
  private readonly noise: Int16Array;
  private readonly clip: Float32Array;

  constructor(
    private readonly augmentation: Augmentation,
    private readonly recordings: Recordings,
    private readonly sources: readonly NoiseStretch[],
    private readonly sampleRate: number,
  ) {
    this.noise = new Int16Array(clipLength(sampleRate));
    this.clip = new Float32Array(this.noise.length);
  }

  /**
   * Fills `output` with a variant that the generator's state alone decides.
   * @param movable false for a clip that was cut at random already: its neighbours may belong to another split
   */
  vary({ samples, start }: Recording, movable: boolean, random: Random, output: Int16Array): void {
    const { shiftMs, noise, snrDb, gainDb, speed, equalizerDb, reverberation } = this.augmentation;
    const reach = Math.round((shiftMs * this.sampleRate) / 1000);
    const shift = random.integer(2 * reach + 1) - reach;
    const rate = 1 + speed * (2 * random.uniform() - 1);
    const gain = decibels(gainDb * (2 * random.uniform() - 1));
    const isMixed = random.uniform() < noise && this.pickNoise(random);
    const snr = decibels(snrDb[0] + (snrDb[1] - snrDb[0]) * random.uniform());
    const inRoom = random.uniform() < reverberation;
    playAt(samples, movable ? start - shift : start, movable ? rate : 1, this.clip);
    if (equalizerDb > 0) equalize(this.clip, equalizerDb, this.sampleRate, random);
    if (inRoom) reverberate(this.clip, this.sampleRate, random);
    const noiseGain = isMixed ? rms(this.clip) / (snr * Math.max(1, rms(this.noise))) : 0;
    this.mix(output, gain, noiseGain);
  }

  /** A random place of a random stretch, repeated where that is shorter than a clip. @returns false where there is no noise */
  private pickNoise(random: Random): boolean {
    const source = this.sources[random.integer(this.sources.length)];
    if (!source) return false;
    const samples = this.recordings.stretch(source);
    const start = random.integer(Math.max(1, samples.length - this.noise.length + 1));
    for (let i = 0; i < this.noise.length; i++) this.noise[i] = samples[(start + i) % samples.length]!;
    return true;
  }

  /** output = gain × (clip + noiseGain × noise), turned down where that would clip. */
  private mix(output: Int16Array, gain: number, noiseGain: number): void {
    const { noise, clip } = this;
    let peak = 0;
    for (let i = 0; i < output.length; i++) {
      clip[i] = gain * (clip[i]! + noiseGain * noise[i]!);
      peak = Math.max(peak, Math.abs(clip[i]!));
    }
    const limit = Math.min(1, 32767 / Math.max(1, peak));
    for (let i = 0; i < output.length; i++) output[i] = Math.round(limit * clip[i]!);
  }
}

function decibels(db: number): number {
  return 10 ** (db / 20);
}

function rms(samples: Int16Array | Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return Math.sqrt(sum / samples.length);
}
