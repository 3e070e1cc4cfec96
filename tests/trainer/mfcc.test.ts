// Cepstral coefficients against the formula in doubles, on logarithms of mixed audio; and what fits no table of integers.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { scaledLog } from '../../trainer/frontend/log_scale.js';
import { MFCC, cosineTable, type MfccSpec } from '../../trainer/frontend/mfcc.js';
import { MICRO_SPEECH, MicroFrontend, checkFrontend } from '../../trainer/frontend/micro_frontend.js';
import { modelFeatures } from '../../trainer/frontend/model_features.js';
import { mixedAudio } from '../firmware/mixed_audio.js';

/** The orthonormal DCT-II of natural logarithms, liftered, in steps of int8 from its lowest value on for order 0. */
function exact(logs: Uint16Array, { coefficients, lifter, steps }: MfccSpec): number[] {
  const n = logs.length;
  return Array.from({ length: coefficients }, (_, c) => {
    const sum = logs.reduce((total, log, m) => total + (log / 64) * Math.cos((Math.PI * c * (m + 0.5)) / n), 0);
    return sum * Math.sqrt((c === 0 ? 1 : 2) / n) * steps * (1 + c) ** lifter - (c === 0 ? 128 : 0);
  });
}

describe('Mfcc', () => {
  it.each([
    [40, MFCC],
    [40, { ...MFCC, coefficients: 40 }],
    [27, { coefficients: 13, lifter: 0, steps: 8 }],
  ])('is the formula within 0.6 steps: %i channels, %o', (channels, mfcc) => {
    const spec = { ...MICRO_SPEECH, channels, mfcc };
    const { count, write } = modelFeatures(spec);
    const found = new Int8Array(count);
    const worst = new MicroFrontend(spec).push(mixedAudio(30 * 16000, new Random(3))).map((logs) => {
      write(logs, found, 0);
      const errors = exact(logs, mfcc).map((value, c) => Math.abs(found[c]! - Math.max(-128, Math.min(127, value))));
      return Math.max(...errors);
    });
    expect(Math.max(...worst)).toBeLessThan(0.6);
    expect(Math.max(...worst)).toBeGreaterThan(0.45);
  });

  it('begins at the lowest value in silence', () => {
    const features = new Int8Array(12).fill(99);
    modelFeatures({ ...MICRO_SPEECH, mfcc: MFCC }).write(new Uint16Array(40), features, 1);
    expect([...features]).toEqual([99, -128, ...new Array<number>(9).fill(0), 99]);
  });

  it('keeps as many bits as int16 and the sums allow', () => {
    expect(cosineTable(MFCC, 40, 6)).toMatchObject({ shift: 19, cosines: { length: 200 } });
    const wide = cosineTable(MFCC, 128, 6);
    const sums = Array.from({ length: 10 }, (_, c) =>
      wide.cosines.subarray(64 * c, 64 * (c + 1)).reduce((sum, w) => sum + 2 * Math.abs(w), 0),
    );
    const largest = Math.max(...sums) * scaledLog(0xffffffff, 6);
    expect(largest).toBeLessThan(2 ** 31);
    expect(2 * largest).toBeGreaterThan(2 ** 31);
    expect(2 * Math.max(...wide.cosines)).toBeLessThan(2 ** 15);
    expect(Math.max(...cosineTable(MFCC, 40, 6).cosines)).toBeLessThan(2 ** 15);
  });

  it.each([
    [{ ...MFCC, coefficients: 41 }, 'frontend.coefficients: 41 of 40 channels'],
    [{ ...MFCC, coefficients: 0 }, 'frontend.coefficients: 0 of 40 channels'],
    [{ ...MFCC, lifter: 9 }, 'frontend.mfcc: a lifter of 9 and 4 steps leave no bits for the table of cosines'],
  ])('refuses %o', (mfcc, message) => {
    expect(() => checkFrontend({ ...MICRO_SPEECH, mfcc })).toThrow(message);
  });
});
