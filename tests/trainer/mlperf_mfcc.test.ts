// The features of MLPerf Tiny's keyword spotter, against its formula computed the long way.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { MlperfMfcc } from '../../trainer/frontend/mlperf_mfcc.js';

const FRAME = 7;
const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);

/** One frame's coefficients by the definitions of DFT, mel triangles and DCT-II. */
function frameOf(samples: Int16Array, frame: number): number[] {
  const peak = Math.max(...samples);
  const x = Array.from(
    { length: 480 },
    (_, n) => (samples[frame * 320 + n]! / peak) * Math.sin((Math.PI * n) / 480) ** 2,
  );
  const magnitude = (bin: number) => {
    const part = (wave: (angle: number) => number) =>
      x.reduce((sum, v, n) => sum + v * wave((2 * Math.PI * bin * n) / 512), 0);
    return Math.hypot(part(Math.cos), part(Math.sin));
  };
  const magnitudes = Array.from({ length: 257 }, (_, bin) => magnitude(bin));
  const edges = Array.from({ length: 42 }, (_, i) => mel(20) + (i * (mel(4000) - mel(20))) / 41);
  const logs = Array.from({ length: 40 }, (_, m) => {
    const [low, top, high] = edges.slice(m, m + 3) as [number, number, number];
    const weight = (bin: number) => {
      const place = mel((bin * 16000) / 512);
      return Math.max(0, Math.min((place - low) / (top - low), (high - place) / (high - top)));
    };
    return Math.log(1e-6 + magnitudes.reduce((sum, value, bin) => sum + (bin > 0 ? value * weight(bin) : 0), 0));
  });
  return Array.from({ length: 10 }, (_, c) => {
    const sum = logs.reduce((total, value, m) => total + value * Math.cos((Math.PI * c * (2 * m + 1)) / 80), 0);
    return (sum * 2) / Math.sqrt(80);
  });
}

describe('MlperfMfcc', () => {
  it('is the formula, in the steps of the model’s input', () => {
    const random = new Random(5);
    const samples = Int16Array.from({ length: 16000 }, (_, n) => 3000 * Math.sin(n / 9) + 800 * random.normal());
    const output = new Int8Array(490);
    new MlperfMfcc().extract(samples, output);
    const expected = frameOf(samples, FRAME).map((value) => value / 0.5847029089927673 + 83);
    expected.forEach((value, c) => {
      const clamped = Math.max(-128, Math.min(127, value));
      expect(Math.abs(output[FRAME * 10 + c]! - clamped)).toBeLessThanOrEqual(0.501);
    });
  });

  it('gives numbers for silence', () => {
    const output = new Int8Array(490).fill(99);
    new MlperfMfcc().extract(new Int16Array(16000), output);
    expect(new Set(output)).toEqual(new Set([-128, 83]));
  });
});
