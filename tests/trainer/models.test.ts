// DS-CNN as data, its gradient, and the layers model that it is written as.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { startBackend } from '../../trainer/backends/backend.js';
import { dsCnn, MLPERF_TINY_KWS } from '../../trainer/models/ds_cnn.js';
import { countMacs, shapedLayers, type Model } from '../../trainer/models/layers.js';
import { writeLayersModel } from '../../trainer/models/layers_model.js';
import { inferenceLogits, trainingLogits, type Tensors } from '../../trainer/models/network.js';
import { initialize, layoutOf, slice, type Parameter } from '../../trainer/models/parameters.js';
import { TINY_MODEL } from './tiny_features.js';

const LABELS = ['yes', 'no', 'rest'];
const tiny = dsCnn({ ...TINY_MODEL, dropout: 0 }, [12, 8], LABELS);
const layout = layoutOf(tiny);

beforeAll(async () => void (await startBackend('wasm', () => {})));

function tensorsOf(values: Float32Array, parameters: readonly Parameter[]): Tensors {
  return Object.fromEntries(parameters.map((p) => [p.name, tf.tensor(slice(values, p).slice(), [...p.shape])]));
}

function randomParameters(random: Random) {
  const weights = new Float32Array(layout.weightCount);
  initialize(weights, layout.weights, random);
  const statistics = Float32Array.from({ length: layout.statisticCount }, () => 0.5 + random.uniform());
  return { weights, statistics };
}

const randomBatch = (model: Model, count: number, random: Random) => {
  const shape: [number, number, number, number] = [count, ...model.inputShape];
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());
  return tf.tensor4d(values, shape);
};

describe('dsCnn', () => {
  it("is MLPerf Tiny's keyword spotter in parameters and multiply-accumulates", () => {
    const model = dsCnn(MLPERF_TINY_KWS, [49, 10], new Array<string>(12).fill('label'));
    const { weightCount, statisticCount } = layoutOf(model);
    expect(weightCount + statisticCount).toBe(24_332);
    expect(countMacs(model)).toBe(2_656_768);
    expect(shapedLayers(model).find(({ layer }) => layer.kind === 'global-average-pool')!.input).toEqual([25, 5, 64]);
  });

  it('gives each parameter a place of its own', () => {
    for (const { parameters, count } of [
      { parameters: layout.weights, count: layout.weightCount },
      { parameters: layout.statistics, count: layout.statisticCount },
    ]) {
      const ends = parameters.map(({ offset, size }) => offset + size);
      expect(parameters.map(({ offset }) => offset)).toEqual([0, ...ends.slice(0, -1)]);
      expect(ends.at(-1)).toBe(count);
    }
  });
});

describe('trainingLogits', () => {
  it('has the gradient that small differences give', () => {
    const random = new Random(11);
    const { weights } = randomParameters(random);
    const x = randomBatch(tiny, 4, random);
    const names = layout.weights.map(({ name }) => name);
    const loss = (...tensors: tf.Tensor[]) => {
      const byName = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      return tf.sum(
        tf.mul(
          trainingLogits(tiny, byName, x, () => {}, random),
          tf.tensor1d([0.7, -0.4, 0.2]),
        ),
      );
    };
    const lossAt = (values: Float32Array) => loss(...Object.values(tensorsOf(values, layout.weights))).dataSync()[0]!;
    const gradients = tf.grads(loss)(Object.values(tensorsOf(weights, layout.weights)));
    layout.weights.forEach((parameter, i) => {
      const direction = Float32Array.from({ length: parameter.size }, () => random.normal());
      const moved = (by: number) => {
        const copy = weights.slice();
        slice(copy, parameter).forEach((w, j, part) => (part[j] = w + by * direction[j]!));
        return lossAt(copy);
      };
      const step = 1e-4; // Larger steps cross the kinks of ReLU, smaller ones the digits of float32.
      const expected = (moved(step) - moved(-step)) / (2 * step);
      const found = gradients[i]!.dataSync<'float32'>().reduce((sum, g, j) => sum + g * direction[j]!, 0);
      expect(Math.abs(found - expected), parameter.name).toBeLessThan(0.02 * Math.abs(expected) + 0.01);
    });
  });

  it('reports the moments of each batch normalization, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const sizes: number[] = [];
    tf.tidy(() => {
      const random = new Random(1);
      const weights = tensorsOf(randomParameters(random).weights, layout.weights);
      const onMoments = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void sizes.push(mean.size, variance.size);
      trainingLogits(tiny, weights, randomBatch(tiny, 2, random), onMoments, random);
    });
    expect(sizes).toEqual(layout.statistics.map(({ size }) => size));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('drops what its seed says, and keeps the mean', () => {
    const model: Model = { ...tiny, layers: [{ kind: 'dropout', name: 'dropout', rate: 0.25 }] };
    const x = tf.ones([4, ...tiny.inputShape]) as tf.Tensor4D;
    const dropped = (seed: number) => trainingLogits(model, {}, x, () => {}, new Random(seed)).dataSync<'float32'>();
    expect(dropped(1)).toEqual(dropped(1));
    expect(dropped(1)).not.toEqual(dropped(2));
    expect(new Set(dropped(1))).toEqual(new Set([0, Math.fround(4 / 3)]));
    const mean = dropped(1).reduce((sum, value) => sum + value, 0) / x.size;
    expect(Math.abs(mean - 1)).toBeLessThan(0.15);
  });
});

describe('writeLayersModel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-models-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes what tfjs-layers loads, with equal outputs', async () => {
    const random = new Random(5);
    const { weights, statistics } = randomParameters(random);
    const hash = writeLayersModel(folder, tiny, weights, statistics, { note: 'kept' });
    const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
    expect(json.userDefinedMetadata).toEqual({ note: 'kept', labels: LABELS, weightsSha256: hash });
    const bytes = readFileSync(join(folder, 'weights.bin'));
    const loaded = await loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: Uint8Array.from(bytes).buffer,
      }),
    });
    const x = randomBatch(tiny, 5, random);
    const own = inferenceLogits(tiny, tensorsOf(weights, layout.weights), tensorsOf(statistics, layout.statistics), x);
    const expected = tf.softmax(own).dataSync();
    const found = (loaded.predict(x) as tf.Tensor).dataSync();
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
  });
});
