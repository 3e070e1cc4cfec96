// Training: it learns, gives the same bytes however it is cut up, stops early, and survives a kill.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../trainer/evaluate.js';
import type { Examples, FeatureSet } from '../../trainer/features.js';
import { train, type TrainOptions, type TrainProgress, type TrainRequest } from '../../trainer/train.js';
import { TINY_MODEL, tinyFeatures } from './tiny_features.js';

const root = mkdtempSync(join(tmpdir(), 'tinykiln-train-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, String(folders++));

const SMALL: Partial<TrainOptions> = { epochs: 4, batch: 16, learningRate: 0.01, warmup: 0.5, seed: 3 };

function tinyTraining(changes: Partial<TrainRequest> = {}): TrainRequest {
  const features = tinyFeatures();
  return {
    features,
    model: TINY_MODEL,
    options: SMALL,
    directory: newFolder(),
    workers: 1,
    backend: 'wasm',
    ...changes,
  };
}

const withOptions = (options: Partial<TrainOptions>) => tinyTraining({ options: { ...SMALL, ...options } });

/** The written model's scores for the examples of a split, by tfjs-layers. */
async function scores(directory: string, { x, n }: Examples, shape: readonly [number, number]): Promise<Float32Array> {
  const json = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8'));
  const weightData = Uint8Array.from(readFileSync(join(directory, 'weights.bin'))).buffer;
  const weightSpecs = json.weightsManifest[0].weights;
  const model = await loadLayersModel({
    load: async () => ({ modelTopology: json.modelTopology, weightSpecs, weightData }),
  });
  const input = tf.tensor4d(
    Float32Array.from(x, (q) => q / 64),
    [n, ...shape, 1],
  );
  return (model.predict(input) as tf.Tensor).dataSync<'float32'>();
}

describe('train', () => {
  it('learns, and writes the weights that were best on the validation split', async () => {
    const request = withOptions({ epochs: 10, learningRate: 0.02 });
    const result = await train(request);
    expect(result.best.valAccuracy).toBeGreaterThan(0.9);
    expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(result.best).toEqual(result.history[result.best.epoch - 1]);
    const { splits, shape, labels } = request.features;
    const found = evaluate(await scores(request.directory, splits.val, shape), splits.val.y, labels.length);
    expect(found.accuracy).toBeCloseTo(result.best.valAccuracy, 10);
  });

  it('gives the same bytes again, with one worker or two, from shared memory or not', async () => {
    const features = tinyFeatures();
    const { train: examples } = features.splits;
    const shared = new Int8Array(new SharedArrayBuffer(examples.x.length));
    shared.set(examples.x);
    const first = await train(tinyTraining());
    const again = await train(tinyTraining({ workers: 2 }));
    const onShared = { ...features, splits: { ...features.splits, train: { ...examples, x: shared } } };
    const third = await train(tinyTraining({ workers: 2, features: onShared }));
    expect(again.workers).toBe(2);
    expect([again.sha256, third.sha256]).toEqual([first.sha256, first.sha256]);
    expect(again.history).toEqual(first.history);
  });

  it.each<[string, Partial<TrainOptions>]>([
    ['the seed', { seed: 4 }],
    ['label smoothing', { labelSmoothing: 0.1 }],
    ['L2', { l2: 0.01 }],
    ['the schedule', { schedule: 'step' }],
    ['augmentation', { specAugment: false }],
    ['the number of shards', { shards: 1 }],
  ])('depends on %s', async (_name, options) => {
    const [plain, changed] = [await train(tinyTraining()), await train(withOptions(options))];
    expect(changed.sha256).not.toBe(plain.sha256);
  });

  it('trains on plain JavaScript to nearly the same weights', async () => {
    const options = { ...SMALL, epochs: 1 };
    const wasm = await train(tinyTraining({ options }));
    const cpu = await train(tinyTraining({ options, backend: 'cpu' }));
    expect(cpu.history[0]!.loss).toBeCloseTo(wasm.history[0]!.loss, 3);
  });

  it('reports its way', async () => {
    const reports: TrainProgress[] = [];
    await train({ ...tinyTraining(), onProgress: (progress) => reports.push(progress) });
    expect(reports).toHaveLength(4 * 6);
    expect(reports.map(({ epoch, step }) => 6 * (epoch - 1) + step)).toEqual(reports.map((_, i) => i + 1));
    expect(reports.at(-1)).toMatchObject({ epoch: 4, epochs: 4, step: 6, steps: 6, secondsLeft: 0 });
    expect(reports.every(({ loss, accuracy }) => loss > 0 && accuracy >= 0 && accuracy <= 1)).toBe(true);
    expect(reports[0]!.valLoss).toBeUndefined();
    expect(reports[6]!.valLoss).toBeGreaterThan(0);
  });

  it('stops when validation gets no better', async () => {
    const request = withOptions({ epochs: 40, patience: 3 });
    const { val } = request.features.splits;
    val.y.forEach((label, i) => (val.y[i] = (label + 1) % 3));
    const { history, best } = await train(request);
    expect(history).toHaveLength(best.epoch + 3);
    expect(history.length).toBeLessThan(40);
  });

  it.each<[keyof TrainOptions, number]>([
    ['epochs', 0],
    ['batch', 1.5],
    ['shards', -1],
    ['learningRate', NaN],
  ])('refuses %s of %f by name', async (name, value) => {
    const failure = train(withOptions({ [name]: value }));
    await expect(failure).rejects.toMatchObject({ code: 'option-invalid', message: expect.stringContaining(name) });
  });

  it('says where it diverged', async () => {
    await expect(train(withOptions({ learningRate: 1e30 }))).rejects.toMatchObject({ code: 'training-diverged' });
  });

  it.each(['train', 'val'] as const)('refuses an empty %s split, and writes nothing', async (split) => {
    const request = tinyTraining({ features: tinyFeatures(1, { train: 9, val: 9, test: 9, [split]: 0 }) });
    await expect(train(request)).rejects.toMatchObject({ code: 'split-empty' });
    expect(existsSync(request.directory)).toBe(false);
  });
});

describe('an interrupted training', () => {
  it.each([1, 2])('is stopped by a signal and goes on to the same bytes, workers: %i', async (workers) => {
    const whole = await train(tinyTraining());
    const request = tinyTraining({ workers });
    const controller = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === 9) controller.abort();
    };
    const stopped = train({ ...request, onProgress, signal: controller.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'training-stopped' });
    expect(existsSync(join(request.directory, 'model.json'))).toBe(false);
    const rest = await train(request);
    expect(rest.resumedSteps).toBe(9);
    expect(rest.sha256).toBe(whole.sha256);
    expect(rest.history).toEqual(whole.history);
  });

  it('has nothing left to do when it was done', async () => {
    const request = tinyTraining();
    const [first, second] = [await train(request), await train(request)];
    expect(second.resumedSteps).toBe(24);
    expect({ ...second, seconds: 0 }).toMatchObject({ sha256: first.sha256, history: first.history });
  });

  it.each<[string, Partial<TrainRequest>, string]>([
    ['other settings', { options: { ...SMALL, seed: 9 } }, 'other settings or data'],
    ['other data', { features: tinyFeatures(2) }, 'other settings or data'],
    ['another model', { model: { ...TINY_MODEL, width: 16 } }, 'other settings or data'],
  ])('starts anew for %s', async (_name, changes, reason) => {
    const request = tinyTraining();
    await train(request);
    const notices: string[] = [];
    const result = await train({ ...request, ...changes, onNotice: (text) => notices.push(text) });
    expect(result.resumedSteps).toBe(0);
    expect(notices).toEqual([expect.stringContaining(reason)]);
    expect(notices[0]).toContain(join(request.directory, 'checkpoint.bin'));
  });

  it('starts anew when the checkpoint was cut short', async () => {
    const request = tinyTraining();
    const first = await train(request);
    const path = join(request.directory, 'checkpoint.bin');
    copyFileSync(path, `${path}.whole`);
    truncateSync(path, 1000);
    const notices: string[] = [];
    const second = await train({ ...request, onNotice: (text) => notices.push(text) });
    expect(notices).toEqual([expect.stringContaining('damaged or cut short')]);
    expect(second.sha256).toBe(first.sha256);
  });
});

interface ChildRun {
  sha256: string | undefined;
  resumedSteps: number;
}

/** Trains in a child process, which is killed by SIGKILL when it has printed the line. */
async function runChild(request: TrainRequest, killAt?: string): Promise<ChildRun> {
  const path = fileURLToPath(new URL('train_child.mjs', import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(encoded(request))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const run: ChildRun = { sha256: undefined, resumedSteps: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === killAt) child.kill('SIGKILL');
    const [word, hash, steps] = line.split(' ');
    if (word === 'sha256') Object.assign(run, { sha256: hash, resumedSteps: Number(steps) });
  }
  await closed;
  return run;
}

/** The request as JSON can hold it. */
function encoded(request: TrainRequest): unknown {
  const text = ({ x, y, ...rest }: Examples) => ({ ...rest, x: base64(x), y: base64(y) });
  const { splits, ...features }: FeatureSet = request.features;
  const encodedSplits = { train: text(splits.train), val: text(splits.val), test: text(splits.test) };
  return { ...request, features: { ...features, splits: encodedSplits } };
}

const base64 = (values: Uint8Array | Int8Array) => Buffer.from(values).toString('base64');

describe('a killed training', () => {
  it.each([1, 2])('ends with the same weights as one that ran through, workers: %i', async (workers) => {
    const whole = await train(tinyTraining());
    const request = tinyTraining({ workers });
    expect((await runChild(request, 'step 2 3')).sha256).toBeUndefined();
    expect((await runChild(request, 'step 4 1')).sha256).toBeUndefined();
    const last = await runChild(request);
    expect(last.resumedSteps).toBeGreaterThanOrEqual(18);
    expect(last.sha256).toBe(whole.sha256);
  });
});
