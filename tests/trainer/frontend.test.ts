// The audio front end gives TFLite Micro's integers: on the reference recordings, and on signals made by formula.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { sha256 } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { roundedSqrt } from '../../trainer/frontend/filterbank.js';
import { log1pf } from '../../trainer/frontend/log1p.js';
import { scaledLog } from '../../trainer/frontend/log_scale.js';
import {
  MICRO_SPEECH,
  MicroFrontend,
  frameCount,
  quantizeFeature,
  type FrontendSpec,
} from '../../trainer/frontend/micro_frontend.js';
import { gainTable, lookUpGain } from '../../trainer/frontend/pcan.js';
import { sharedData } from '../shared.js';

function signal(length: number, sample: (i: number) => number): Int16Array {
  return Int16Array.from({ length }, (_, i) => Math.max(-32768, Math.min(32767, Math.round(sample(i)))));
}

function noise(length: number, amplitude: number): Int16Array {
  const random = new Random(7);
  return signal(length, () => (2 * random.uniform() - 1) * amplitude);
}

function flatten(frames: Uint16Array[]): Uint16Array {
  return Uint16Array.from(frames.flatMap((frame) => [...frame]));
}

function features(spec: FrontendSpec, samples: Int16Array): Uint16Array {
  return flatten(new MicroFrontend(spec).push(samples));
}

function digest(values: Uint16Array): string {
  return sha256(Buffer.from(values.buffer));
}

const TELEPHONE: FrontendSpec = { ...MICRO_SPEECH, sampleRate: 8000, channels: 20, lowerHz: 60, upperHz: 3800 };
const FINE: FrontendSpec = { ...MICRO_SPEECH, windowMs: 40, strideMs: 10, channels: 64, lowerHz: 0, pcan: undefined };

/** Each digest was checked once against TFLite Micro's own front end. */
const CASES: [name: string, spec: FrontendSpec, samples: Int16Array, features: string][] = [
  [
    'a sweep that grows to full scale',
    MICRO_SPEECH,
    signal(16000, (i) => 2.05 * i * Math.sin(0.00008 * i * i)),
    '62e58873a41f7327077a563304da6a5c17e4e43acfff3b47e8631faada96422a',
  ],
  [
    'noise at full scale',
    MICRO_SPEECH,
    noise(16000, 32768),
    'd170ff2d295b9dfa1e085466e98108a9f3003000c40b7212c4774300ab7c5327',
  ],
  [
    'noise of one bit',
    MICRO_SPEECH,
    noise(16000, 1.4),
    'fb6312951e021c27172f8e9e2be83b120825fb2bc7da45b652361f9db6450b45',
  ],
  [
    'a constant at the lowest sample',
    MICRO_SPEECH,
    new Int16Array(8000).fill(-32768),
    '93c65223cac9189cb6c5f1346738d9ad9f56c4fef40e1d32ea4b8a462c8142fd',
  ],
  [
    'clicks on silence',
    MICRO_SPEECH,
    signal(16000, (i) => (i % 1999 === 0 ? 30000 : 0)),
    '194381c68ca9623581bdf3cdfa346bef357c6e62d84a477edcc9bf61b72410f5',
  ],
  [
    '8 kHz: an FFT of 256, with a stage of radix 2',
    TELEPHONE,
    signal(8000, (i) => 9000 * Math.sin(i * 0.3) * Math.sin(i * 0.002)),
    '7ae5ab4e5b56459d83f94c07fc57b2736e68ba777a7ad7548916e80a5b6589f4',
  ],
  [
    '40 ms in 10 ms steps, 64 channels, no PCAN',
    FINE,
    noise(16000, 3000),
    '7dd3bf6f46874033e49be7e7ebf7506391146f6c0811bc07c503548edd43ab9f',
  ],
];

describe('micro front end', () => {
  it.each(CASES)('%s', (_, spec, samples, expected) => {
    expect(digest(features(spec, samples))).toBe(expected);
  });

  it('gives the same features for any division into pushes', () => {
    const samples = noise(16000, 12000);
    const whole = features(MICRO_SPEECH, samples);
    for (const chunk of [1, 7, 320, 480, 481, 5000]) {
      const frontend = new MicroFrontend(MICRO_SPEECH);
      const frames: Uint16Array[] = [];
      for (let i = 0; i < samples.length; i += chunk) frames.push(...frontend.push(samples.subarray(i, i + chunk)));
      expect(flatten(frames)).toEqual(whole);
    }
  });

  it('carries noise estimates on, and forgets them at a reset', () => {
    const samples = noise(4000, 12000);
    const frontend = new MicroFrontend(MICRO_SPEECH);
    const first = flatten(frontend.push(samples));
    expect(flatten(frontend.push(samples))).not.toEqual(first);
    frontend.reset();
    expect(flatten(frontend.push(samples))).toEqual(first);
  });

  it('has 49 frames in a second', () => {
    expect(frameCount(MICRO_SPEECH, 16000)).toBe(49);
    expect(frameCount(MICRO_SPEECH, 479)).toBe(0);
    expect(new MicroFrontend(MICRO_SPEECH).push(new Int16Array(16000))).toHaveLength(49);
  });

  it.each([
    [{ upperHz: 8000 }, 'frontend.channels: the range 125 to 8000 Hz cannot be heard at 16000 Hz'],
    [{ lowerHz: 7500 }, 'the range 7500 to 7500 Hz'],
    [{ strideMs: 40 }, 'frontend.window: 30 ms is shorter than the stride'],
    [{ strideMs: 0 }, 'frontend.stride: 0 ms is less than one sample'],
    [{ windowMs: 1000 }, 'frontend.window: 16000 samples, and at most 4096 fit'],
    [{ channels: 0 }, 'frontend.channels: 0 channels'],
    [{ channels: 1e9 }, 'frontend.channels: 1000000000 channels'],
  ])('refuses %o', (change, message) => {
    const make = () => new MicroFrontend({ ...MICRO_SPEECH, ...change });
    expect(make).toThrow(KilnError);
    expect(make).toThrow(message);
  });
});

describe('the integer functions', () => {
  it('maps features to int8 as micro_speech does', () => {
    const points = [0, 1, 2, 333, 665, 666, 670, 65535];
    expect(points.map(quantizeFeature)).toEqual([-128, -128, -127, 0, 127, 127, 127, 127]);
  });

  it('rounds roots to nearest', () => {
    expect([0, 2, 3, 6, 7, 2 ** 32 - 1, 2 ** 32, 2 ** 52 - 1].map(roundedSqrt)).toEqual([
      0, 1, 2, 2, 3, 65535, 65536, 67108864,
    ]);
  });

  it('stays within a hundredth of the true logarithm', () => {
    for (const x of [2, 3, 10, 1000, 65535, 65536, 12345678, 4294967295]) {
      expect(Math.abs(scaledLog(x, 6) / 64 - Math.log(x))).toBeLessThan(0.01);
    }
    expect([scaledLog(0, 6), scaledLog(1, 6)]).toEqual([0, 0]);
  });

  it('has a logarithm in single precision within one unit in the last place', () => {
    for (let x = 0.01; x < 30; x *= 1.07) {
      const f = Math.fround(x);
      expect(Math.abs(log1pf(f) / Math.log1p(f) - 1)).toBeLessThan(2 ** -23);
    }
  });

  it('looks gains up within 1 % of the power that the table stands for', () => {
    const table = gainTable(MICRO_SPEECH.pcan!, 7);
    for (const noise of [0, 1, 2, 3, 100, 5000, 70000, 900000]) {
      const exact = 2 ** 21 * (noise / 128 + 80) ** -0.95;
      expect(Math.abs(lookUpGain(table, noise) - exact)).toBeLessThan(0.01 * exact + 1);
    }
  });
});

const folder = sharedData('frontend');

describe.skipIf(!folder)('the reference vectors', () => {
  const names = folder ? readdirSync(folder).filter((file) => file.endsWith('.s16')) : [];

  it.each(names)('%s', (name) => {
    const samples = new Int16Array(new Uint8Array(readFileSync(join(folder!, name))).buffer);
    const expected = new Uint16Array(
      new Uint8Array(readFileSync(join(folder!, name.replace('.s16', '.features.u16')))).buffer,
    );
    expect(features(MICRO_SPEECH, samples)).toEqual(expected);
  });
});
