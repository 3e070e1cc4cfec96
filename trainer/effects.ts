// Changes of sound, each on samples in place: speed, equalizer, room. What is random is drawn from a given generator.
import type { Random } from '../base/random.js';

/**
 * Reads a recording at another speed, by cubic interpolation (Catmull and Rom, 1974); zeros beyond both ends.
 * @param start the sample that the clip would begin with at speed 1; its middle is kept where it is
 * @param speed samples of the recording to one of the output
 */
export function playAt(samples: Int16Array, start: number, speed: number, output: Float32Array): void {
  const middle = output.length / 2;
  const at = (index: number) => samples[index] ?? 0;
  for (let i = 0; i < output.length; i++) {
    const place = start + middle + (i - middle) * speed;
    const k = Math.floor(place);
    const t = place - k;
    const [a, b, c, d] = [at(k - 1), at(k), at(k + 1), at(k + 2)];
    output[i] = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }
}

const BANDS = 3;
const BAND_HZ = { low: 100, octaves: 6 };

/** Raises or lowers three bands of random place and width by up to `gainDb`: peaking filters of Bristow-Johnson's cookbook. */
export function equalize(samples: Float32Array, gainDb: number, sampleRate: number, random: Random): void {
  for (let band = 0; band < BANDS; band++) {
    const hz = BAND_HZ.low * 2 ** (BAND_HZ.octaves * random.uniform());
    const quality = 0.4 + 1.6 * random.uniform();
    const gain = gainDb * (2 * random.uniform() - 1);
    if (hz < 0.45 * sampleRate) peak(samples, (2 * Math.PI * hz) / sampleRate, quality, 10 ** (gain / 40));
  }
}

/** @param frequency in radians a sample. @param a the square root of the gain */
function peak(samples: Float32Array, frequency: number, quality: number, a: number): void {
  const alpha = Math.sin(frequency) / (2 * quality);
  const norm = 1 + alpha / a;
  const [b0, b1, b2] = [(1 + alpha * a) / norm, (-2 * Math.cos(frequency)) / norm, (1 - alpha * a) / norm];
  const a2 = (1 - alpha / a) / norm;
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - b1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    samples[i] = y;
  }
}

const REFLECTIONS = 24;
const SHORTEST_DECAY = 0.1;
const LONGEST_DECAY = 0.5;

/** Adds the reflections of a random room: sparse, and 60 dB weaker after its decay time of 0.1 to 0.5 s. */
export function reverberate(samples: Float32Array, sampleRate: number, random: Random): void {
  const decay = SHORTEST_DECAY + (LONGEST_DECAY - SHORTEST_DECAY) * random.uniform();
  const level = 0.2 + 0.4 * random.uniform();
  const dry = samples.slice();
  for (let i = 0; i < REFLECTIONS; i++) {
    const seconds = 0.002 + 0.5 * decay * random.uniform();
    const gain = level * random.normal() * 10 ** ((-3 * seconds) / decay);
    const delay = Math.round(seconds * sampleRate);
    for (let k = delay; k < samples.length; k++) samples[k]! += gain * dry[k - delay]!;
  }
}
