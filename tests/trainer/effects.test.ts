// Changes of sound, each against what it should do to a tone.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { equalize, playAt, reverberate } from '../../trainer/effects.js';

const RATE = 16000;
const tone = (hz: number, length = RATE) =>
  Int16Array.from({ length }, (_, n) => Math.round(8000 * Math.sin((2 * Math.PI * hz * n) / RATE)));
const energy = (samples: ArrayLike<number>) => Array.from(samples).reduce((sum, x) => sum + x * x, 0);
/** Sign changes a second, halved. */
const pitch = (samples: ArrayLike<number>) =>
  Array.from(samples).filter((x, i, all) => i > 0 && x >= 0 !== all[i - 1]! >= 0).length / 2;

describe('playAt', () => {
  it('gives the samples themselves at speed 1, zeros beyond the ends', () => {
    const samples = tone(300, 100);
    const output = new Float32Array(120);
    playAt(samples, -10, 1, output);
    expect([...output]).toEqual([...new Array<number>(10).fill(0), ...samples, ...new Array<number>(10).fill(0)]);
  });

  it.each([0.8, 1.25])('raises the pitch by its factor %f and keeps the middle in place', (speed) => {
    const samples = tone(400, 3 * RATE);
    const output = new Float32Array(RATE);
    playAt(samples, RATE, speed, output);
    expect(Math.abs(pitch(output) - 400 * speed)).toBeLessThan(2);
    expect(output[RATE / 2]).toBe(samples[RATE + RATE / 2]);
  });
});

describe('equalize', () => {
  it('changes a tone by no more than its three bands together', () => {
    for (let seed = 1; seed < 6; seed++) {
      const samples = Float32Array.from(tone(900));
      const before = energy(samples);
      equalize(samples, 6, RATE, new Random(seed));
      expect(Math.abs(10 * Math.log10(energy(samples) / before))).toBeLessThan(18.5);
    }
  });

  it('leaves what a gain of 0 dB leaves', () => {
    const samples = Float32Array.from(tone(900));
    const before = samples.slice();
    equalize(samples, 0, RATE, new Random(1));
    samples.forEach((x, i) => expect(Math.abs(x - before[i]!)).toBeLessThan(0.1));
  });
});

describe('reverberate', () => {
  it('lets a click ring on, weaker and weaker, and no sound come early', () => {
    const samples = new Float32Array(RATE);
    samples[1000] = 10000;
    reverberate(samples, RATE, new Random(2));
    expect(energy(samples.subarray(0, 1000))).toBe(0);
    expect(samples[1000]).toBe(10000);
    const ringing = energy(samples.subarray(1001, 3000));
    expect(ringing).toBeGreaterThan(0);
    expect(energy(samples.subarray(5000))).toBeLessThan(0.1 * ringing);
  });
});
