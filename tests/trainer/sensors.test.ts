// The sensor front end's integers are the statistics that they are named after.
import { describe, expect, it } from 'vitest';
import { log2, roundShift } from '../../base/fixed_point.js';
import { Random } from '../../base/random.js';
import { featureNames, SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import { scaleOf, toInt16 } from '../../trainer/sensors/scale.js';

const STATISTICS = ['rms', 'difference-rms', 'mad', 'kurtosis', 'crest'] as const;

const random = new Random(21);
/** Vibration on a slope, 256 samples of one axis. */
const signal = Int16Array.from(
  { length: 256 },
  (_, i) => 500 * Math.sin(i * 0.9) + 150 * random.normal() + 9 * i - 300,
);

function features(spec: Partial<SensorSpec>, window = signal): number[] {
  const axes = spec.axes ?? 1;
  const whole = { samples: window.length / axes, axes, detrend: 'mean', statistics: [], ...spec } as const;
  return [...new SensorFrontEnd(whole).transform(window)].map((value) => value / 1024);
}

/** Residuals of the least-squares line. */
function detrended(values: ArrayLike<number>): number[] {
  const n = values.length;
  const t = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / n;
  const slope = t.reduce((sum, x, i) => sum + x * values[i]!, 0) / t.reduce((sum, x) => sum + x * x, 0);
  return t.map((x, i) => values[i]! - mean - slope * x);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;

describe('statistics of a window', () => {
  it('are those of the formula within 1/256 of an octave', () => {
    const x = detrended(signal);
    const rms = Math.sqrt(sum(x.map((value) => value ** 2)) / x.length);
    const lagged = x.slice(3).map((value, i) => value - x[i]!);
    const expected = [
      Math.log2(rms),
      Math.log2(Math.sqrt(sum(lagged.map((value) => value ** 2)) / x.length)),
      Math.log2(median(x.map((value) => Math.abs(value - median(x))))),
      Math.log2(sum(x.map((value) => value ** 4)) / x.length / rms ** 4),
      Math.log2(Math.max(...x.map(Math.abs)) / rms),
    ];
    const found = features({ detrend: 'line', statistics: STATISTICS, differenceLag: 3 });
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1 / 256));
  });

  it('grow by an octave when the signal doubles, those of shape do not', () => {
    const double = features(
      { statistics: STATISTICS },
      signal.map((value) => 2 * value),
    );
    const single = features({ statistics: STATISTICS });
    expect(double.map((value, i) => value - single[i]!)).toEqual([1, 1, 1, 0, 0]);
  });

  it('say what is still, far below one step of the sensor', () => {
    const [rms, , , kurtosis, crest] = features({ statistics: STATISTICS }, new Int16Array(64).fill(1234));
    expect(rms).toBe(-9);
    expect(kurtosis).toBe(0);
    expect(crest).toBe(3);
  });

  it('are the same for any offset', () => {
    const shifted = signal.map((value) => value + 4321);
    expect(features({ statistics: STATISTICS }, shifted)).toEqual(features({ statistics: STATISTICS }));
  });
});

describe('bands', () => {
  it('hold the energy of a tone where it is', () => {
    const tone = Int16Array.from({ length: 256 }, (_, i) => 8000 * Math.sin((2 * Math.PI * 20 * i) / 256));
    const bands = features({ bands: { fftSize: 256, edges: [1, 10, 16, 25, 60, 129] } }, tone);
    const loudest = bands.indexOf(Math.max(...bands));
    expect(loudest).toBe(2);
    bands.forEach((value, band) => {
      if (band !== loudest) expect(bands[loudest]! - value).toBeGreaterThan(6);
    });
  });
});

describe('the front end', () => {
  it('keeps axes apart, and names its features', () => {
    const second = signal.map((value) => value >> 2);
    const window = Int16Array.from({ length: 512 }, (_, i) => (i % 2 ? second : signal)[i >> 1]!);
    const statistics = ['rms', 'mad'] as const;
    expect(features({ axes: 2, statistics }, window)).toEqual([
      ...features({ statistics }),
      ...features({ statistics }, second),
    ]);
    const bands = { fftSize: 256, edges: [1, 2, 3] };
    expect(featureNames({ samples: 256, axes: 2, detrend: 'mean', statistics: ['mad', 'rms'], bands })).toEqual([
      ...['0 rms', '0 mad', '0 band 0', '0 band 1'],
      ...['1 rms', '1 mad', '1 band 0', '1 band 1'],
    ]);
  });

  it.each([
    [{ samples: 3 }, 'frontend.window: 3 samples, and 4 to 2048 are possible'],
    [{ axes: 17 }, 'frontend.axes: 17 axes'],
    [{ statistics: [] }, 'neither a statistic nor a band'],
    [{ differenceLag: 64 }, 'frontend.differenceLag: 64 samples, and 1 to 63'],
    [{ bands: { fftSize: 32, edges: [1, 2] } }, 'an FFT of 32 points: expected a power of two, 64 to 2048'],
    [{ bands: { fftSize: 64, edges: [0, 2] } }, 'edges 0, 2: expected two or more that rise from 1 to 33'],
    [{ bands: { fftSize: 64, edges: [1, 34] } }, 'edges 1, 34'],
  ])('refuses %o', (change, message) => {
    const spec: SensorSpec = { samples: 64, axes: 1, detrend: 'mean', statistics: ['rms'], ...change };
    expect(() => new SensorFrontEnd(spec)).toThrow(message);
  });
});

describe('fixed point', () => {
  it('has a logarithm within 0.0007, of any integer below 2⁵³', () => {
    expect([0, 1, 2, 4, 2 ** 52].map(log2)).toEqual([0, 0, 1024, 2048, 52 * 1024]);
    for (let x = 3; x < 2 ** 53; x = Math.floor(x * 1.37) + 1) {
      expect(Math.abs(log2(x) / 1024 - Math.log2(x))).toBeLessThan(0.0007);
    }
  });

  it('rounds halves upwards', () => {
    expect([-6, -5, -3, -2, 2, 3, 5, 6].map((x) => roundShift(x, 2))).toEqual(
      [-1, -1, -1, -0, 1, 1, 1, 2].map((x) => x + 0),
    );
    expect(roundShift(7, 0)).toBe(7);
  });

  it('scales a recording to steps of a sensor, and limits what is beyond', () => {
    const scale = scaleOf([10, 30, 20], 200);
    expect(scale).toEqual({ unit: 0.1, zero: 20 });
    expect([...toInt16([20, 30, 1e9], scale)]).toEqual([0, 100, 32767]);
    expect(scaleOf([5, 5], 10)).toEqual({ unit: 0.5, zero: 5 });
  });
});
