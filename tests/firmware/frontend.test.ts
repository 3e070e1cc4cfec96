// The front end in C gives the integers of the TypeScript one, and so TFLite Micro's, for any division into chunks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { MICRO_SPEECH, MicroFrontend, type FrontendSpec } from '../../trainer/frontend/micro_frontend.js';
import { hannWindow } from '../../trainer/frontend/window.js';
import { sharedData } from '../shared.js';
import { HostFrontend } from './frontend_host.js';
import { mixedAudio, randomChunks, readSamples } from './mixed_audio.js';

const SPECS: Record<string, FrontendSpec> = {
  micro_speech: MICRO_SPEECH,
  'an FFT of 256: a stage of radix 2': { ...MICRO_SPEECH, sampleRate: 8000, channels: 20, lowerHz: 60, upperHz: 3800 },
  'odd window and stride, no gain control': {
    ...{ ...MICRO_SPEECH, sampleRate: 11025, windowMs: 25, strideMs: 9 },
    ...{ channels: 13, upperHz: 5000, pcan: undefined },
  },
  'the largest FFT, most channels': {
    ...{ ...MICRO_SPEECH, sampleRate: 48000, windowMs: 80, strideMs: 80 },
    ...{ channels: 256, upperHz: 20000 },
  },
  'an FFT of 32, above the scale of the roots': {
    ...{ ...MICRO_SPEECH, sampleRate: 1000, windowMs: 25, strideMs: 3 },
    ...{ channels: 3, lowerHz: 20, upperHz: 480 },
  },
};

function expected(spec: FrontendSpec, ...streams: Int16Array[]): Uint16Array {
  const frames = streams.flatMap((samples) => new MicroFrontend(spec).push(samples));
  return Uint16Array.from(frames.flatMap((frame) => [...frame]));
}

function expectSame(found: Uint16Array, wanted: Uint16Array): void {
  expect(found.length).toBe(wanted.length);
  const different = found.findIndex((feature, i) => feature !== wanted[i]);
  expect(different, `the first feature that differs`).toBe(-1);
}

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

describe('micro_speech in C', () => {
  let host: HostFrontend;
  beforeAll(() => {
    host = new HostFrontend(MICRO_SPEECH, ['-O2']);
  });
  afterAll(() => host.remove());

  it('equals TypeScript on ten minutes of mixed audio', { timeout: 60_000 }, () => {
    const samples = mixedAudio(600 * MICRO_SPEECH.sampleRate, new Random(1));
    expectSame(host.run(randomChunks(samples, new Random(2))), expected(MICRO_SPEECH, samples));
  });

  const folder = sharedData('frontend');
  const names = folder ? readdirSync(folder).filter((file) => file.endsWith('.s16')) : [];

  it.skipIf(!folder).each(names)("gives TFLite Micro's features of %s", (name) => {
    const features = readFileSync(join(folder!, name.replace('.s16', '.features.u16')));
    const chunks = randomChunks(readSamples(join(folder!, name)), new Random(3));
    expectSame(host.run(chunks), new Uint16Array(new Uint8Array(features).buffer));
  });
});
