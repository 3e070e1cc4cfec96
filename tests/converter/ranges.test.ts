// The range that a tensor's 256 steps cover: histograms of bounded size, and what is chosen of them.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { Histogram } from '../../converter/quantization/histogram.js';
import { chooseRange, RANGE_METHODS } from '../../converter/quantization/range_choice.js';
import { activationQuantization, quantizeValues, type ValueRange } from '../../converter/quantization/scales.js';

function histogramOf(...batches: ArrayLike<number>[]): Histogram {
  const histogram = new Histogram();
  for (const batch of batches) histogram.add(batch);
  return histogram;
}

const total = ({ counts, zeros }: Histogram) => counts.reduce((sum, count) => sum + count, zeros);

describe('a histogram', () => {
  it('keeps the ends exactly, and every value in a bin that covers it', () => {
    const values = [0.3, -7, 0, 12.25, 1e-3, 0, -2e-5];
    const histogram = histogramOf(values);
    expect(histogram).toMatchObject({ min: -7, max: 12.25, zeros: 2 });
    expect(total(histogram)).toBe(values.length);
    for (const value of values.filter((v) => v !== 0)) {
      const near = [...histogram.counts.keys()].filter(
        (bin) => histogram.counts[bin]! > 0 && Math.abs(histogram.centre(bin) - value) <= histogram.width / 2,
      );
      expect(near.length, `${value}`).toBeGreaterThan(0);
    }
  });

  it('counts the same whichever value comes first', () => {
    const values = Array.from({ length: 400 }, (_, i) => Math.sin(i) * 2 ** (i % 24));
    const [rising, falling] = [histogramOf(values), histogramOf([...values].reverse())];
    expect(falling.width).toBe(rising.width);
    expect(falling.counts).toEqual(rising.counts);
  });

  it('takes denormal and huge values', () => {
    const histogram = histogramOf([1e-45], [3.4e38], [-3.4e38]);
    expect(total(histogram)).toBe(3);
    expect(histogram).toMatchObject({ min: -3.4e38, max: 3.4e38 });
  });

  it('says when a value is not finite, and leaves it out', () => {
    const histogram = new Histogram();
    expect(histogram.add([1, NaN, 2])).toBe(false);
    expect(histogram.add([Infinity])).toBe(false);
    expect(histogram.add([3])).toBe(true);
    expect(histogram).toMatchObject({ min: 1, max: 3 });
    expect(total(histogram)).toBe(3);
  });

  it('is, with others merged into it, the histogram of all values', () => {
    const batches = [[0, 1e-3, -2e-3], [], [0], [500, -0.25], [7]];
    const merged = new Histogram();
    for (const batch of batches) merged.merge(histogramOf(batch));
    const whole = histogramOf(...batches);
    expect(merged).toEqual(whole);
  });
});

function meanSquaredError(values: Float32Array, range: ValueRange): number {
  const quantization = activationQuantization(range);
  const [scale, zeroPoint] = [quantization.scale[0]!, quantization.zeroPoint[0]!];
  const errors = [...quantizeValues(values, quantization)].map((q, i) => scale * (q - zeroPoint) - values[i]!);
  return errors.reduce((sum, error) => sum + error ** 2, 0) / values.length;
}

const random = new Random(4);
const SAMPLES: Readonly<Record<string, Float32Array>> = {
  normal: Float32Array.from({ length: 20000 }, () => random.normal()),
  'behind a RELU': Float32Array.from({ length: 20000 }, () => Math.max(0, random.normal() - 0.5)),
  'long tails': Float32Array.from({ length: 20000 }, () => random.normal() ** 5),
  'one outlier': Float32Array.from({ length: 20000 }, (_, i) => (i === 77 ? 40 : random.normal())),
  'far from zero': Float32Array.from({ length: 2000 }, () => 10 + random.normal()),
};

describe('the range by', () => {
  it('min-max is all of it, with zero', () => {
    expect(chooseRange(histogramOf([2, 5]), 'min-max')).toMatchObject({ min: 0, max: 5 });
    expect(chooseRange(histogramOf([-2, -5, 1]), 'min-max')).toMatchObject({ min: -5, max: 1 });
  });

  it('percentile leaves out the same share at either end', () => {
    const values = Array.from({ length: 10001 }, (_, i) => i - 5000);
    const { min, max } = chooseRange(histogramOf(values), 'percentile', 90);
    expect(max).toBeGreaterThan(4480);
    expect(max).toBeLessThan(4520);
    expect(min).toBeCloseTo(-max, -2);
    expect(chooseRange(histogramOf(values), 'percentile', 100)).toMatchObject({ min: -5000, max: 5000 });
  });

  it.each(Object.entries(SAMPLES))('mse has the least error of %s, as measured on the values', (_name, values) => {
    const histogram = histogramOf(values);
    const found = meanSquaredError(values, chooseRange(histogram, 'mse'));
    const { min, max } = chooseRange(histogram, 'min-max');
    const tried = Array.from({ length: 40 }, (_, i) => (i + 1) / 40).map((part) =>
      meanSquaredError(values, { min: min * part, max: max * part }),
    );
    expect(found).toBeLessThanOrEqual(1.05 * Math.min(...tried));
  });

  it.each(Object.entries(SAMPLES))('least-error is the best of all methods on %s', (_name, values) => {
    const histogram = histogramOf(values);
    const best = chooseRange(histogram, 'least-error');
    const others = RANGE_METHODS.filter((method) => method !== 'least-error').map((m) => chooseRange(histogram, m));
    expect(best.error).toBe(Math.min(...others.map(({ error }) => error)));
    expect(others).toContainEqual(best);
  });

  it.each(Object.entries(SAMPLES))('min-max tells its error on %s', (_name, values) => {
    const choice = chooseRange(histogramOf(values), 'min-max');
    const measured = meanSquaredError(values, choice);
    expect(choice.error / measured).toBeGreaterThan(0.8);
    expect(choice.error / measured).toBeLessThan(1.25);
  });

  it.each(RANGE_METHODS)('%s stays within what was seen', (method) => {
    for (const values of [[0, 0], [3], [-3], [1e-40, -1e-40]]) {
      const { min, max } = chooseRange(histogramOf(values), method);
      expect(min).toBe(Math.min(0, ...values));
      expect(max).toBe(Math.max(0, ...values));
    }
  });
});
