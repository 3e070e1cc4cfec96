// Every architecture: its gradient, the Keras model that it is written as, and the converter's graph of that.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { convert, lower } from '../../converter/convert.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { rememberFrames } from '../../converter/passes/remember_frames.js';
import { startBackend } from '../../trainer/backends/backend.js';
import { ARCHITECTURES, buildModel, type ModelKind, type ModelSpec } from '../../trainer/models/architectures.js';
import { countMacs } from '../../trainer/models/layers.js';
import { writeLayersModel } from '../../trainer/models/layers_model.js';
import { inferenceLogits, trainingLogits, type Tensors } from '../../trainer/models/network.js';
import { initialize, layoutOf, slice, type Parameter } from '../../trainer/models/parameters.js';
import { quantizedLayoutOf, quantizedLogits } from '../../trainer/models/quantized_network.js';

const LABELS = ['yes', 'no', 'rest'];
const SHAPE = [12, 8] as const;
const stages = [
  { width: 4, blocks: 2, stride: [1, 2] as const },
  { width: 8, blocks: 2, stride: [2, 2] as const },
];
const TINY: { [K in ModelKind]: Extract<ModelSpec, { kind: K }> } = {
  'ds-cnn': { kind: 'ds-cnn', width: 8, blocks: 1, kernel: [3, 3], stride: [2, 2], dropout: 0 },
  'ds-resnet': { kind: 'ds-resnet', width: 4, kernel: [3, 3], stride: [1, 2], stages, dropout: 0 },
  'svdf-stream': { kind: 'svdf-stream', width: 8, blocks: 2, memory: 4, dropout: 0 },
  'tc-resnet': { kind: 'tc-resnet', width: 8, blocks: 2, frames: [3, 3], step: 2, dropout: 0 },
  'tiny-conv': { kind: 'tiny-conv', width: 4, kernel: [3, 3], stride: [2, 2], dropout: 0 },
};
const KINDS = Object.keys(ARCHITECTURES) as ModelKind[];
const folder = mkdtempSync(join(tmpdir(), 'tinykiln-architectures-'));

beforeAll(async () => void (await startBackend('wasm', () => {})));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tensorsOf = (values: Float32Array, parameters: readonly Parameter[]): Tensors =>
  Object.fromEntries(parameters.map((p) => [p.name, tf.tensor(slice(values, p).slice(), [...p.shape])]));
const normals = (size: number, random: Random) => Float32Array.from({ length: size }, () => random.normal());
const batchOf = (count: number, random: Random) => {
  const size = count * SHAPE[0] * SHAPE[1];
  return tf.tensor4d(normals(size, random), [count, ...SHAPE, 1]);
};

function made(kind: ModelKind) {
  const model = buildModel(TINY[kind], SHAPE, LABELS);
  const layout = layoutOf(model);
  const random = new Random(3);
  const weights = new Float32Array(layout.weightCount);
  initialize(weights, layout.weights, random);
  const statistics = Float32Array.from({ length: layout.statisticCount }, () => 0.5 + random.uniform());
  return { model, layout, weights, statistics, random };
}

function written(kind: ModelKind) {
  const found = made(kind);
  writeLayersModel(folder, found.model, found.weights, found.statistics, {});
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const bytes = Uint8Array.from(readFileSync(join(folder, 'weights.bin')));
  return { ...found, json, bytes };
}

describe.each(KINDS)('%s', (kind) => {
  it('has the gradient that small differences give', () => {
    const { model, layout, weights, random } = made(kind);
    const x = batchOf(4, random);
    const names = layout.weights.map(({ name }) => name);
    const loss = (...tensors: tf.Tensor[]) => {
      const byName = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
      const logits = trainingLogits(model, byName, x, () => {}, random);
      return tf.sum(tf.mul(logits, tf.tensor1d([0.7, -0.4, 0.2])));
    };
    const gradients = tf.grads(loss)(Object.values(tensorsOf(weights, layout.weights)));
    layout.weights.forEach((parameter, i) => {
      const direction = normals(parameter.size, random);
      const lossAt = (by: number) => {
        const copy = weights.slice();
        slice(copy, parameter).forEach((w, j, part) => (part[j] = w + by * direction[j]!));
        return loss(...Object.values(tensorsOf(copy, layout.weights))).dataSync()[0]!;
      };
      const step = 1e-4; // Larger steps cross the kinks of ReLU, smaller ones the digits of float32.
      const expected = (lossAt(step) - lossAt(-step)) / (2 * step);
      const found = gradients[i]!.dataSync<'float32'>().reduce((sum, g, j) => sum + g * direction[j]!, 0);
      expect(Math.abs(found - expected), parameter.name).toBeLessThan(0.03 * Math.abs(expected) + 0.02);
    });
  });

  it('is written as what tfjs-layers and the converter compute alike', async () => {
    const { model, layout, weights, statistics, random, json, bytes } = written(kind);
    const loaded = await loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: bytes.slice().buffer,
      }),
    });
    const x = batchOf(1, random);
    const tensors = [tensorsOf(weights, layout.weights), tensorsOf(statistics, layout.statistics)] as const;
    const expected = tf.softmax(inferenceLogits(model, ...tensors, x)).dataSync();
    const scores = new Float32Array(LABELS.length);
    createFloatInterpreter(loadTfjsLayers(json, bytes, 'model.json')).invoke(x.dataSync<'float32'>(), scores);
    const keras = (loaded.predict(x) as tf.Tensor).dataSync();
    expected.forEach((score, i) => {
      expect(keras[i]).toBeCloseTo(score, 5);
      expect(scores[i]).toBeCloseTo(score, 5);
    });
  });

  it('runs in int8 steps with a range for each of its layers', () => {
    const { model, layout, weights, statistics, random } = made(kind);
    const ranges = new Float32Array(quantizedLayoutOf(model).statisticCount);
    const observed: number[] = [];
    const x = batchOf(2, random);
    const tensors = tensorsOf(weights, layout.weights);
    const training = { random, onRange: (range: Float32Array) => void observed.push(...range) };
    const coarse = quantizedLogits(model, tensors, { statistics, ranges }, x, training).dataSync();
    expect(observed).toHaveLength(ranges.length);
    const exact = inferenceLogits(model, tensors, tensorsOf(statistics, layout.statistics), x).dataSync();
    coarse.forEach((logit, i) => expect(Math.abs(logit - exact[i]!)).toBeLessThan(0.1));
  });

  it('counts the multiply-accumulates of its default', () => {
    const labels = new Array<string>(12).fill('label');
    const model = buildModel(ARCHITECTURES[kind].defaults, [49, 40], labels);
    expect([kind, countMacs(model), layoutOf(model).weightCount]).toMatchSnapshot();
  });
});

describe('rememberFrames', () => {
  const stream = (): { window: Graph; frames: Graph } => {
    const { json, bytes } = written('svdf-stream');
    const window = loadTfjsLayers(json, bytes, 'model.json');
    return { window, frames: rememberFrames(lower(window)) };
  };
  const clip = normals(SHAPE[0] * SHAPE[1], new Random(8));
  const frame = (t: number) => clip.subarray(t * SHAPE[1], (t + 1) * SHAPE[1]);

  it('answers frame by frame what the window answers at its end', () => {
    const { window, frames } = stream();
    const [whole, newest] = [new Float32Array(3), new Float32Array(3)];
    createFloatInterpreter(window).invoke(clip, whole);
    const net = createFloatInterpreter(frames);
    for (let t = 0; t < SHAPE[0]; t++) net.invoke(frame(t), newest);
    expect([...newest]).toEqual([...whole]);
  });

  it('is quantized with its state', () => {
    const { frames } = stream();
    const calibration = Array.from({ length: SHAPE[0] }, (_, t) => frame(t));
    const int8 = convert(frames, { calibration, inputQuantization: { scale: 1 / 32, zeroPoint: 0 } });
    const [exact, rounded] = [createFloatInterpreter(frames), createInterpreter(int8)];
    const [scores, bytes] = [new Float32Array(3), new Int8Array(3)];
    for (let t = 0; t < SHAPE[0]; t++) {
      exact.invoke(frame(t), scores);
      rounded.invoke(
        Int8Array.from(frame(t), (x) => Math.max(-128, Math.min(127, Math.round(32 * x)))),
        bytes,
      );
      scores.forEach((score, i) => expect(Math.abs(score - (bytes[i]! + 128) / 256)).toBeLessThan(0.05));
    }
  });

  it.each(['ds-cnn', 'tc-resnet'] as const)('refuses %s, which needs a window, by the layer', (kind) => {
    const { json, bytes } = written(kind);
    const window = loadTfjsLayers(json, bytes, 'model.json');
    expect(() => rememberFrames(lower(window))).toThrow(expect.objectContaining({ code: 'stream-unsuited' }));
  });
});
