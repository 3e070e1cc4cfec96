// The front end in C gives the integers of the TypeScript one, and so TFLite Micro's, for any division into chunks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { MFCC } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, MicroFrontend, type FrontendSpec } from '../../trainer/frontend/micro_frontend.js';
import { modelFeatures } from '../../trainer/frontend/model_features.js';
import { hannWindow } from '../../trainer/frontend/window.js';
import { scaledLog } from '../../trainer/frontend/log_scale.js';
import { sharedData } from '../shared.js';
import { HostFrontend, type FrontendOutput } from './frontend_host.js';
import { mixedAudio, randomChunks, readSamples } from './mixed_audio.js';

const SPECS: Record<string, FrontendSpec> = {
  micro_speech: MICRO_SPEECH,
  'an FFT of 256: a stage of radix 2': { ...MICRO_SPEECH, sampleRate: 8000, channels: 20, lowerHz: 60, upperHz: 3800 },
  'odd window and stride, no gain control': {
    ...{ ...MICRO_SPEECH, sampleRate: 11025, windowMs: 25, strideMs: 9 },
    ...{ channels: 13, upperHz: 5000, pcan: undefined, mfcc: { coefficients: 13, lifter: 0, steps: 9 } },
  },
  'the largest FFT, most channels': {
    ...{ ...MICRO_SPEECH, sampleRate: 48000, windowMs: 80, strideMs: 80 },
    ...{ channels: 256, upperHz: 20000, mfcc: { ...MFCC, coefficients: 60 } },
  },
  'an FFT of 32, above the scale of the roots': {
    ...{ ...MICRO_SPEECH, sampleRate: 1000, windowMs: 25, strideMs: 3 },
    ...{ channels: 3, lowerHz: 20, upperHz: 480 },
  },
};

function expected(spec: FrontendSpec, ...streams: Int16Array[]): FrontendOutput {
  const frames = streams.flatMap((samples) => new MicroFrontend(spec).push(samples));
  const { count, write } = modelFeatures(spec);
  const features = new Int8Array(frames.length * count);
  frames.forEach((logs, i) => write(logs, features, i * count));
  return { logs: Uint16Array.from(frames.flatMap((frame) => [...frame])), features };
}

function expectSame(found: FrontendOutput, wanted: FrontendOutput): void {
  for (const part of ['logs', 'features'] as const) {
    expect(found[part].length).toBe(wanted[part].length);
    const different = found[part].findIndex((value, i) => value !== wanted[part][i]);
    expect(different, `the first of the ${part} that differs`).toBe(-1);
  }
}

describe('cepstral coefficients in C', () => {
  it.each([
    ['40 channels', { ...MICRO_SPEECH, mfcc: { ...MFCC, coefficients: 40 } }],
    ['logarithms of 16 bits', { ...MICRO_SPEECH, channels: 128, logShift: 12, mfcc: MFCC }],
  ])('equal TypeScript where all is as loud as can be: %s', (_, spec) => {
    const host = new HostFrontend(spec, ['-O1']);
    const [loudest, { count, write }, random] = [
      scaledLog(0xffffffff, spec.logShift),
      modelFeatures(spec),
      new Random(12),
    ];
    const level = [() => 0, () => loudest, () => random.integer(loudest + 1)];
    /** A frame along and against each order's cosine, and some of chance. */
    const frames = Array.from({ length: 2 * count + 100 }, (_, i) => {
      const sign = (m: number) =>
        Math.cos((Math.PI * (i >> 1) * (2 * m + 1)) / (2 * spec.channels)) > 0 === (i % 2 === 0);
      const draw = (m: number) => (i < 2 * count ? Number(sign(m)) : random.integer(3));
      return Uint16Array.from({ length: spec.channels }, (_, m) => level[draw(m)]!());
    });
    const features = new Int8Array(frames.length * count);
    frames.forEach((logs, i) => write(logs, features, i * count));
    expect(host.featuresOf(frames)).toEqual(features);
    host.remove();
  });
});

describe.each([['-O2'], ['-O0']])('in C, %s', (...flags) => {
  describe.each(Object.entries(SPECS))('%s', (_, spec) => {
    let host: HostFrontend;
    beforeAll(() => {
      host = new HostFrontend(spec, flags);
    });
    afterAll(() => host.remove());

    it('equals TypeScript on mixed audio in chunks of any size', () => {
      const samples = mixedAudio(20 * spec.sampleRate, new Random(5));
      expectSame(host.run(randomChunks(samples, new Random(6))), expected(spec, samples));
    });

    it('equals it where the window leaves a frame at full scale, and sums wrap', () => {
      const samples = flattened(spec, new Random(7));
      expectSame(host.run(randomChunks(samples, new Random(9))), expected(spec, samples));
    });

    it('forgets at a reset', () => {
      const samples = mixedAudio(spec.sampleRate, new Random(8));
      const chunks = randomChunks(samples, new Random(10));
      expectSame(host.run([...chunks, new Int16Array(0), ...chunks]), expected(spec, samples, samples));
    });
  });
});

/** Frames that the window turns into as much as fits in 16 bits, of random signs: what no recording has. */
function flattened({ sampleRate, windowMs }: FrontendSpec, random: Random): Int16Array {
  const size = Math.floor((sampleRate * windowMs) / 1000);
  const coefficients = hannWindow(size);
  const sign = [1, -1];
  return Int16Array.from({ length: 40 * size }, (_, i) => {
    if (i % 7 === 0) return -32768;
    const scaled = (32767 * 300) / Math.max(1, coefficients[i % size]!);
    return Math.min(32767, scaled) * sign[random.integer(2)]!;
  });
}

describe('micro_speech with a cepstrum behind it, in C', () => {
  const spec = { ...MICRO_SPEECH, mfcc: MFCC };
  let host: HostFrontend;
  beforeAll(() => {
    host = new HostFrontend(spec, ['-O2']);
  });
  afterAll(() => host.remove());

  it('equals TypeScript on ten minutes of mixed audio', { timeout: 60_000 }, () => {
    const samples = mixedAudio(600 * MICRO_SPEECH.sampleRate, new Random(1));
    expectSame(host.run(randomChunks(samples, new Random(2))), expected(spec, samples));
  });

  const folder = sharedData('frontend');
  const names = folder ? readdirSync(folder).filter((file) => file.endsWith('.s16')) : [];

  it.skipIf(!folder).each(names)("gives TFLite Micro's features of %s", (name) => {
    const logs = new Uint16Array(
      new Uint8Array(readFileSync(join(folder!, name.replace('.s16', '.features.u16')))).buffer,
    );
    const samples = readSamples(join(folder!, name));
    expectSame(host.run(randomChunks(samples, new Random(3))), { ...expected(spec, samples), logs });
  });
});
