// The small parts of training: loss, evaluation, optimizer, learning rates, seeds and augmentation.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { startBackend } from '../../trainer/backends/backend.js';
import { evaluate } from '../../trainer/evaluate.js';
import { crossEntropy, targetsOf } from '../../trainer/loss.js';
import { adam, addL2, learningRateAt } from '../../trainer/optimizer.js';
import { dsCnn } from '../../trainer/models/ds_cnn.js';
import { layoutOf } from '../../trainer/models/parameters.js';
import { deriveSeed } from '../../trainer/seeds.js';
import { augment, type SpecAugment } from '../../trainer/spec_augment.js';
import { TINY_MODEL } from './tiny_features.js';

beforeAll(async () => void (await startBackend('wasm', () => {})));

describe('crossEntropy', () => {
  const logits = Float32Array.of(2, -1, 0.5, 0, 3, 3);
  const labels = Uint8Array.of(0, 2);

  it.each([0, 0.1])('is tfjs’ own with label smoothing %f', (smoothing) => {
    const targets = tf.add(tf.mul(tf.oneHot([...labels], 3), 1 - smoothing), smoothing / 3);
    const expected = tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(tf.tensor2d(logits, [2, 3]))))).dataSync()[0]!;
    const found = crossEntropy(logits, targetsOf(labels, 3, smoothing));
    expect(found.loss).toBeCloseTo(expected, 5);
    expect(found.correct).toBe(1);
  });

  it('has the gradient that small differences give', () => {
    const gradient = new Float32Array(logits.length);
    crossEntropy(logits, targetsOf(labels, 3, 0.1), gradient);
    gradient.forEach((found, i) => {
      const meanLoss = (by: number) => {
        const moved = logits.map((value, j) => (j === i ? value + by : value));
        return crossEntropy(moved, targetsOf(labels, 3, 0.1)).loss / labels.length;
      };
      expect(found).toBeCloseTo((meanLoss(1e-2) - meanLoss(-1e-2)) / 2e-2, 4);
    });
  });

  it('has the gradient of a teacher at a temperature, added by its share', () => {
    const teacher = { scores: Float32Array.of(0.5, 0.25, 0.25, 0.1, 0.2, 0.7), classes: 3, temperature: 2 };
    const gradient = new Float32Array(logits.length).fill(1);
    crossEntropy(logits, teacher, gradient, 0.3);
    gradient.forEach((found, i) => {
      const loss = (by: number) =>
        crossEntropy(
          logits.map((z, j) => (j === i ? z + by : z)),
          teacher,
        ).loss / 2;
      expect(found).toBeCloseTo(1 + (0.3 * (loss(1e-2) - loss(-1e-2))) / 2e-2, 4);
    });
  });

  it('stays finite where a score underflows', () => {
    expect(crossEntropy(Float32Array.of(0, 5000), targetsOf(Uint8Array.of(0), 2, 0)).loss).toBeLessThan(1000);
  });
});

describe('evaluate', () => {
  it('counts by true and predicted label', () => {
    const scores = Int8Array.of(9, 1, 0, 9, 1, 0, 1, 9, 0, 5, 5, 0);
    const found = evaluate(scores, Uint8Array.of(0, 1, 1, 1), 3);
    expect(found).toMatchObject({ examples: 4, accuracy: 0.5 });
    expect(found.confusion).toEqual([
      [1, 0, 0],
      [2, 1, 0],
      [0, 0, 0],
    ]);
    expect(found.recall).toEqual([1, 1 / 3, NaN]);
    expect(found.precision).toEqual([1 / 3, 1, NaN]);
  });
});

describe('adam', () => {
  it('follows the published algorithm', () => {
    const gradients = [0.5, -0.2, 3, 0.01];
    const weights = Float32Array.of(1);
    const state = { mean: new Float32Array(1), square: new Float32Array(1) };
    let [weight, m, v] = [1, 0, 0];
    gradients.forEach((g, i) => {
      const step = i + 1;
      adam(weights, Float32Array.of(g), state, step, 0.01);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      weight -= (0.01 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-7);
      expect(weights[0]!).toBeCloseTo(weight, 5);
    });
  });

  it('decays the kernels alone', () => {
    const layout = layoutOf(dsCnn(TINY_MODEL, [12, 8], ['a', 'b']));
    const gradient = new Float32Array(layout.weightCount);
    addL2(gradient, new Float32Array(layout.weightCount).fill(3), layout, 0.5);
    for (const { name, offset } of layout.weights) expect(gradient[offset]).toBe(name.endsWith('kernel') ? 3 : 0);
  });
});

describe('learningRateAt', () => {
  const rates = (schedule: 'cosine' | 'step') =>
    Array.from({ length: 100 }, (_, step) => learningRateAt(step, 100, { learningRate: 1, schedule, warmup: 10 }));

  it.each(['cosine', 'step'] as const)('%s rises over the warm-up and never again', (schedule) => {
    const found = rates(schedule);
    expect(found.slice(0, 10)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(found.slice(11).every((rate, i) => rate <= found[i + 10]!)).toBe(true);
    expect(found.at(-1)).toBeLessThan(0.02);
  });
});

describe('deriveSeed', () => {
  it('gives each purpose, epoch and step its own', () => {
    const seeds = new Set<number>();
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < 50; j++) seeds.add(deriveSeed(1, i, j)).add(deriveSeed(1, i, j, 0));
    }
    expect(seeds.size).toBe(2 * 50 * 50);
  });
});

describe('augment', () => {
  const shape = [10, 8] as const;
  const quantization = { scale: 0.5, zeroPoint: -3 };
  const features = Int8Array.from({ length: 80 }, (_, i) => i);
  const plain = Array.from(features, (q) => (q + 3) / 2);
  const none: SpecAugment = { shift: 0, timeMasks: 0, timeWidth: 0, frequencyMasks: 0, frequencyWidth: 0 };
  const mean = (39.5 + 3) / 2;

  function augmented(spec: Partial<SpecAugment>, seed: number): number[] {
    const out = new Float32Array(80);
    augment(features, shape, quantization, { ...none, ...spec }, new Random(seed), out);
    return [...out];
  }

  it('only dequantizes when nothing is asked for', () => expect(augmented({}, 1)).toEqual(plain));

  it('shifts whole frames, never further than asked, either way', () => {
    const shifts = Array.from({ length: 40 }, (_, seed) => {
      const out = augmented({ shift: 0.3 }, seed);
      const shift = [-3, -2, -1, 0, 1, 2, 3].find((by) =>
        out.every((value, i) => value === (plain[i - 8 * by] ?? mean)),
      );
      expect(shift).toBeDefined();
      return shift;
    });
    expect(new Set(shifts)).toEqual(new Set([-3, -2, -1, 0, 1, 2, 3]));
  });

  it.each([
    ['time', { timeMasks: 1, timeWidth: 0.4 }, (i: number) => Math.floor(i / 8), 4],
    ['frequency', { frequencyMasks: 1, frequencyWidth: 0.5 }, (i: number) => i % 8, 4],
  ] as const)('masks a stretch of %s by the mean', (_name, spec, lineOf, longest) => {
    const lengths = Array.from({ length: 60 }, (_, seed) => {
      const out = augmented(spec, seed);
      const masked = new Set(out.flatMap((value, i) => (value === plain[i] ? [] : [lineOf(i)])));
      out.forEach((value, i) => expect(value).toBe(masked.has(lineOf(i)) ? mean : plain[i]));
      const lines = [...masked].sort((a, b) => a - b);
      expect(lines.length === 0 || lines.at(-1)! - lines[0]! === lines.length - 1).toBe(true);
      return lines.length;
    });
    expect(new Set(lengths)).toEqual(new Set(Array.from({ length: longest + 1 }, (_, n) => n)));
  });
});
