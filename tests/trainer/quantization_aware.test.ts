// Quantization-aware training: the same bytes however it is cut up, the converter's own int8 net, and int8 accuracy that is no lower.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { convert, type ConvertOptions } from '../../converter/convert.js';
import type { Graph, Tensor } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { trainedRanges } from '../../converter/loaders/trained_ranges.js';
import { PLAINEST } from '../../converter/quantization/method.js';
import { quantizeValues } from '../../converter/quantization/scales.js';
import { readCheckpoint, writeCheckpoint } from '../../trainer/checkpoint.js';
import { evaluate } from '../../trainer/evaluate.js';
import type { FeatureSet } from '../../trainer/features.js';
import { buildModel } from '../../trainer/models/architectures.js';
import { layoutOf, slice } from '../../trainer/models/parameters.js';
import { quantizedLayoutOf, quantizedLogits } from '../../trainer/models/quantized_network.js';
import { train, type TrainOptions, type TrainProgress, type TrainRequest } from '../../trainer/train.js';
import type { QuantizationAware } from '../../trainer/train_options.js';
import { TINY_MODEL, tinyFeatures } from './tiny_features.js';

const root = mkdtempSync(join(tmpdir(), 'tinykiln-qat-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, String(folders++));

const INPUT = { scale: 1 / 64, zeroPoint: 0 };
const AWARE = { epochs: 2, learningRate: 0.002 };
const SMALL: Partial<TrainOptions> = { epochs: 2, batch: 16, learningRate: 0.01, warmup: 0.5, seed: 3 };

function request(changes: Partial<TrainRequest> = {}): TrainRequest {
  return {
    features: tinyFeatures(),
    model: TINY_MODEL,
    options: { ...SMALL, quantizationAware: AWARE },
    directory: newFolder(),
    workers: 1,
    backend: 'wasm',
    ...changes,
  };
}

const withAware = (changes: Partial<QuantizationAware>) =>
  request({ options: { ...SMALL, quantizationAware: { ...AWARE, ...changes } } });

describe('train, quantization-aware', () => {
  it('goes on from the float training, and writes its own weights and the range of each layer', async () => {
    const [float, aware] = [request({ options: SMALL }), request()];
    const [plain, result] = [await train(float), await train(aware)];
    expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(result.history.slice(0, 2)).toEqual(plain.history);
    expect(result.best.epoch).toBeGreaterThan(2);
    expect(result.sha256).not.toBe(plain.sha256);
    const layers = ['conv', 'block1_depthwise', 'block1_pointwise', 'pool', 'classifier'];
    expect([...rangesOf(aware.directory)!.keys()]).toEqual(layers);
    for (const { min, max } of rangesOf(aware.directory)!.values()) expect(max).toBeGreaterThan(min);
    expect(rangesOf(float.directory)).toBeUndefined();
  });

  it('keeps batch normalization’s statistics as the float training left them', async () => {
    const [float, aware] = [request({ options: SMALL }), request()];
    await Promise.all([train(float), train(aware)]);
    const { weightCount } = layoutOf(modelOf(aware));
    const [before, after] = [float, aware].map(({ directory }) => floats(directory).subarray(weightCount));
    expect(after).toEqual(before);
  });

  it('gives the same bytes again, with one worker or two', async () => {
    const [first, again, third] = [request(), request(), request({ workers: 2 })];
    const hashes = [await train(first), await train(again), await train(third)].map(({ sha256 }) => sha256);
    expect(new Set(hashes).size).toBe(1);
    expect(rangesOf(third.directory)).toEqual(rangesOf(first.directory));
  });

  it.each([1, 2])('is stopped in its midst and goes on to the same bytes, workers: %i', async (workers) => {
    const whole = request();
    const expected = await train(whole);
    const cut = request({ workers });
    const controller = new AbortController();
    const onProgress = ({ epoch, step }: TrainProgress) => {
      if (epoch === 3 && step === 4) controller.abort();
    };
    const stopped = train({ ...cut, onProgress, signal: controller.signal });
    await expect(stopped).rejects.toMatchObject({ message: expect.stringContaining('epoch 3 of 4') });
    const rest = await train(cut);
    expect(rest.resumedSteps).toBe(12 + 4);
    expect(rest.sha256).toBe(expected.sha256);
    expect(rest.history).toEqual(expected.history);
    expect(rangesOf(cut.directory)).toEqual(rangesOf(whole.directory));
  });

  it('trains on plain JavaScript to nearly the same weights', async () => {
    const options = { ...SMALL, epochs: 1, quantizationAware: { ...AWARE, epochs: 1 } };
    const small = { options, features: tinyFeatures(1, { train: 32, val: 9, test: 9 }) };
    const [wasm, cpu] = [await train(request(small)), await train(request({ ...small, backend: 'cpu' }))];
    expect(cpu.history[1]!.loss).toBeCloseTo(wasm.history[1]!.loss, 2);
  });

  it('trains only its own epochs again when its settings change', async () => {
    const [first, other] = [request(), withAware({ learningRate: 0.004 })];
    await train(first);
    const { resumedSteps, sha256 } = await train({ ...other, directory: first.directory });
    expect(resumedSteps).toBe(12);
    expect(sha256).toBe((await train(other)).sha256);
  });

  it('reports epochs of both as one way', async () => {
    const reports: TrainProgress[] = [];
    await train({ ...request(), onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ epoch, step }) => 6 * (epoch - 1) + step)).toEqual(reports.map((_, i) => i + 1));
    expect(new Set(reports.map(({ epochs }) => epochs))).toEqual(new Set([4]));
    expect(reports.at(-1)).toMatchObject({ epoch: 4, step: 6, secondsLeft: 0 });
  });

  it.each<[keyof QuantizationAware, number]>([
    ['epochs', 0],
    ['learningRate', -1],
  ])('refuses %s of %f by name', async (name, value) => {
    const failure = train(withAware({ [name]: value }));
    const message = expect.stringContaining(`quantizationAware.${name}`) as unknown;
    await expect(failure).rejects.toMatchObject({ code: 'option-invalid', message });
  });
});

const TRAINED = { epochs: 8, batch: 16, learningRate: 0.02, warmup: 0.5, seed: 3 };

describe('what the converter makes of it', () => {
  it('is the net that was trained: each layer within one step', async () => {
    const trained = request({ options: { ...TRAINED, quantizationAware: { epochs: 3, learningRate: 0.002 } } });
    await train(trained);
    const layers = agreement(trained);
    expect(layers.map(({ name }) => name)).toEqual([...rangesOf(trained.directory)!.keys()]);
    for (const { name, equal, near } of layers) {
      expect(near, name).toBe(1);
      expect(equal, name).toBeGreaterThan(0.8); // An average over few values often lies near the middle of two steps.
    }
  });

  it('is as good as the float net where quantizing afterwards is not', async () => {
    const features = tinyFeatures(5, { train: 96, val: 60, test: 300 });
    const trained = request({ features, options: TRAINED });
    await train(trained);
    stretchClassifier(trained, 256);
    await train(trained);
    const float = accuracy(graphOf(trained.directory), features);
    const afterwards = accuracy(int8Graph(trained, { method: PLAINEST }), features);
    await train({ ...trained, options: { ...TRAINED, quantizationAware: { epochs: 4, learningRate: 0.005 } } });
    const aware = accuracy(int8Graph(trained, { ranges: rangesOf(trained.directory) }), features);
    expect(float).toBeGreaterThan(0.98);
    expect(afterwards).toBeLessThan(0.9);
    expect(aware).toBeGreaterThan(0.98);
  });

  it('is refused with a range for a layer that is not there', async () => {
    const trained = request();
    await train(trained);
    const ranges = new Map([...rangesOf(trained.directory)!, ['block9', { min: 0, max: 1 }]]);
    expect(() => int8Graph(trained, { ranges })).toThrow(
      /a trained range for "block9", and it has no layer of that name/,
    );
  });

  it.each([
    ['a list', [1], /ranges/],
    ['an end that is no number', { conv: { min: 0, max: null } }, /ranges\.conv\.max/],
    ['an end beyond float32', { conv: { min: 0, max: 1e39 } }, /ranges\.conv\.max/],
    ['ends the wrong way round', { conv: { min: 2, max: 1 } }, /ranges\.conv: min above max/],
  ])('is refused with ranges that are none: %s', (_name, ranges, message) => {
    expect(() => trainedRanges({ userDefinedMetadata: { ranges } }, 'model.json')).toThrow(message);
  });

  it.each([undefined, null, 3, {}, { userDefinedMetadata: null }, { userDefinedMetadata: { labels: [] } }])(
    'takes %j for a model without ranges',
    (json) => expect(trainedRanges(json, 'model.json')).toBeUndefined(),
  );
});

const modelOf = ({ model, features }: TrainRequest) => buildModel(model, features.shape, features.labels);
const jsonOf = (directory: string) => JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8')) as unknown;
const rangesOf = (directory: string) => trainedRanges(jsonOf(directory), 'model.json');
const weightsOf = (directory: string) => Uint8Array.from(readFileSync(join(directory, 'weights.bin')));
const floats = (directory: string) => new Float32Array(weightsOf(directory).buffer);
const graphOf = (directory: string) => loadTfjsLayers(jsonOf(directory), weightsOf(directory), 'model.json');

/** The clean clips of a split. */
function clips({ splits, shape }: FeatureSet, split: 'train' | 'test'): Int8Array[] {
  const { x, n, variants } = splits[split];
  const size = shape[0] * shape[1];
  return Array.from({ length: n }, (_, i) => x.subarray(i * variants * size, (i * variants + 1) * size));
}

const real = (clip: Int8Array) => Float32Array.from(clip, (q) => q * INPUT.scale);

function int8Graph({ directory, features }: TrainRequest, options: Partial<ConvertOptions>): Graph {
  const calibration = clips(features, 'train').map(real);
  return convert(graphOf(directory), { calibration, inputQuantization: INPUT, ...options });
}

function accuracy(graph: Graph, features: FeatureSet): number {
  const net = new GraphInterpreter(graph);
  const input = net.inputs[0]!;
  const scores = clips(features, 'test').flatMap((clip) => {
    (input as Float32Array).set(input instanceof Float32Array ? real(clip) : clip);
    net.invoke();
    return Array.from(net.outputs[0] as Float32Array);
  });
  return evaluate(scores, features.splits.test.y, features.labels.length).accuracy;
}

/** For each layer with a trained range: the share of its int8 outputs that the trainer's net gives too, and gives within one step. */
function agreement(trained: TrainRequest): { name: string; equal: number; near: number }[] {
  const graph = int8Graph(trained, { ranges: rangesOf(trained.directory) });
  const net = new GraphInterpreter(graph);
  const inputs = clips(trained.features, 'test');
  const outputs = graph.ops.map(({ outputs }) => outputs[0]!).filter((index) => isTrained(graph.tensors[index]!));
  const found = outputs.map((): number[] => []);
  for (const clip of inputs) {
    (net.inputs[0] as Int8Array).set(clip);
    net.invoke();
    outputs.forEach((index, i) => found[i]!.push(...(net.value(index) as Int8Array)));
  }
  return outputs.map((index, i) => {
    const { name, quantization } = graph.tensors[index]!;
    const expected = quantizeValues(outputOf(name, trained, inputs), quantization!);
    const within = (steps: number) => found[i]!.filter((q, k) => Math.abs(q - expected[k]!) <= steps).length;
    expect(found[i]).toHaveLength(expected.length);
    return { name, equal: within(0) / expected.length, near: within(1) / expected.length };
  });

  function isTrained({ name }: Tensor): boolean {
    return rangesOf(trained.directory)!.has(name);
  }
}

/** What the trainer's net gives behind a layer, its normalization and its ReLU. */
function outputOf(name: string, trained: TrainRequest, inputs: readonly Int8Array[]): Float32Array {
  const model = modelOf(trained);
  const at = model.layers.findIndex((layer) => layer.name === name);
  const end = model.layers[at + 1]!.kind === 'batch-norm' ? at + 3 : at + 1;
  const layout = quantizedLayoutOf(model);
  const values = floats(trained.directory);
  const weights = layout.weights.map((p) => [p.name, tf.tensor(slice(values, p).slice(), [...p.shape])] as const);
  const state = {
    statistics: values.subarray(layout.weightCount),
    ranges: Float32Array.from([...rangesOf(trained.directory)!.values()].flatMap(({ min, max }) => [min, max])),
  };
  const x = tf.tensor4d(Float32Array.from(inputs.flatMap((clip) => [...real(clip)])), [
    inputs.length,
    ...model.inputShape,
  ]);
  const cut = { ...model, layers: model.layers.slice(0, end) };
  return quantizedLogits(cut, Object.fromEntries(weights), state, x).dataSync<'float32'>();
}

/**
 * Makes every second weight of the classifier larger by a factor, and what it is multiplied with smaller: the same float net,
 * and one that has too few steps for the other half.
 */
function stretchClassifier(trained: TrainRequest, factor: number): void {
  const path = join(trained.directory, 'checkpoint.bin');
  const file = readFileSync(path);
  const { fingerprint } = JSON.parse(file.toString('utf8', 12, 12 + file.readUInt32LE(8))) as { fingerprint: string };
  const checkpoint = readCheckpoint(path, fingerprint, () => {})!;
  const { weights } = layoutOf(modelOf(trained));
  const values = (name: string) =>
    slice(
      checkpoint.arrays['bestWeights']!,
      weights.find((w) => w.name === name)!,
    );
  const classes = trained.features.labels.length;
  const [gamma, beta] = ['gamma', 'beta'].map((name) => values(`block1_pointwise_norm/${name}`));
  const kernel = values('classifier/kernel');
  for (let channel = 0; channel < gamma!.length; channel += 2) {
    gamma![channel]! /= factor;
    beta![channel]! /= factor;
    for (let i = 0; i < classes; i++) kernel[channel * classes + i]! *= factor;
  }
  writeCheckpoint(path, fingerprint, checkpoint);
}
