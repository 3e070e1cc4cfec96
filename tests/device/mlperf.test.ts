// MLPerf Tiny's modes against a device that speaks as the reference firmware does, whose clock the test sets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { asTensors, readDataset, readLabelled } from '../../cli/mlperf_data.js';
import {
  identify,
  measureAccuracy,
  measurePerformance,
  type AccuracyOptions,
  type PerformanceOptions,
  type Sample,
} from '../../device/mlperf.js';
import { ReferenceDevice } from './reference_device.js';
import { failureOf } from './workbench.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-mlperf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Scores of three classes: the first element says which. */
const byFirstElement = ([first]: Int8Array) => ['0.900,0.050,0.050', '0.100,0.800,0.100', '0.000,0.000,1.000'][first!]!;

const inferences = (device: ReferenceDevice) =>
  device.commands.filter((command) => command.startsWith('infer')).map((command) => Number(command.split(' ')[1]));

function measured(device: ReferenceDevice, options: Partial<PerformanceOptions> = {}) {
  const inputs = [Int8Array.of(1, 2), Int8Array.of(3, 4)];
  return measurePerformance({ link: device, inputs, seconds: 10, warmups: 10, timeoutMs: 1000, ...options });
}

function accuracy(device: ReferenceDevice, samples: readonly Sample[], options: Partial<AccuracyOptions> = {}) {
  return measureAccuracy({ link: device, samples, timeoutMs: 1000, ...options });
}

const sample = (label: number, ...inputs: number[][]): Sample => ({
  file: `${label}.bin`,
  label,
  inputs: inputs.map((input) => Int8Array.from(input)),
});

describe('performance', () => {
  const device = (microseconds: number) =>
    new ReferenceDevice({ inputSize: 2, results: () => '0.500,0.500', microseconds });

  it.each([
    ['a fast model', 20, 500_000],
    ['a slow one', 400_000, 25],
    ['one so slow that ten inferences take longer', 3_000_000, 10],
  ])('fills windows of 10 s and 10 inferences: %s', async (_, microseconds, least) => {
    const result = await measured(device(microseconds));
    expect(result.windows).toHaveLength(5);
    expect(result.longEnough).toBe(true);
    for (const { iterations, seconds } of result.windows) {
      expect(iterations).toBeGreaterThanOrEqual(least);
      expect(iterations).toBeLessThanOrEqual(Math.ceil(1.06 * least));
      expect(seconds).toBeGreaterThanOrEqual(10);
    }
    expect(result.throughput).toBeCloseTo(1e6 / microseconds, 6);
    expect(result.latencyMs).toBeCloseTo(microseconds / 1000, 6);
  });

  it('gives each window the next input and its warm-ups, and loads before it infers', async () => {
    const slow = device(400_000);
    await measured(slow, { warmups: 7 });
    const windows = slow.commands.slice(slow.commands.findLastIndex((command) => command === 'infer 1 0') + 1);
    expect(windows.filter((command) => /^db (01|03)/.test(command))).toEqual([
      'db 0102',
      'db 0304',
      'db 0102',
      'db 0304',
      'db 0102',
    ]);
    expect(windows.slice(0, 3)).toEqual(['db load 2', 'db 0102', 'infer 27 7']);
  });

  it('takes a fixed number of inferences where one is asked for, and says that they are too short', async () => {
    const fixed = device(1000);
    const result = await measured(fixed, { iterations: 50 });
    expect(inferences(fixed)).toEqual([50, 50, 50, 50, 50]);
    expect(result).toMatchObject({ longEnough: false, throughput: 1000 });
  });

  it('repeats a window that came out too short, with more inferences', async () => {
    let microseconds = 100_000;
    const behaviour = { inputSize: 2, results: () => '1.000,0.000', get microseconds() { return microseconds; } }; // prettier-ignore
    const warming = new ReferenceDevice(behaviour);
    const faster = () => (microseconds = 50_000);
    const result = await measured(warming, { onProgress: (done) => done === 0 && faster() });
    expect(result.windows.map(({ iterations }) => iterations)).toEqual([210, 210, 210, 210, 210]);
    expect(result.longEnough).toBe(true);
  });

  it('reports the median of the windows', async () => {
    const times = [1000, 1000, 9000, 500, 2000];
    let window = -1;
    const behaviour = { inputSize: 2, results: () => '1.000', get microseconds() { return times[window]!; } }; // prettier-ignore
    const result = await measured(new ReferenceDevice(behaviour), {
      iterations: 10,
      onProgress: (n) => (window = n),
    });
    expect(result.throughput).toBe(1000);
  });

  it('does not wait for ever on a clock that stands still', async () => {
    let spent = 0;
    const now = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + spent);
    const results = () => String((spent += 3000));
    const still = new ReferenceDevice({ inputSize: 2, results, microseconds: 0 });
    const failure = await failureOf(() => measured(still));
    spy.mockRestore();
    expect(failure).toMatchObject({ code: 'board-clock', exitCode: 3 });
    expect(String(failure)).toContain('its clock moved 0 s while');
  });
});

describe('accuracy', () => {
  const device = () => new ReferenceDevice({ inputSize: 2, results: byFirstElement });

  it('is the share of samples whose highest score is their class', async () => {
    const reference = device();
    const samples = [sample(0, [0, 9]), sample(1, [1, 9]), sample(2, [2, 9]), sample(2, [1, 9])];
    const result = await accuracy(reference, samples);
    expect(result).toMatchObject({ samples: 4, top1: 0.75 });
    expect(result.predictions.map(({ predicted }) => predicted)).toEqual([0, 1, 2, 1]);
    expect(inferences(reference)).toEqual([1, 1, 1, 1]);
    // Class 0 is always above; of class 1 one pair of three is a tie, of class 2 one of four.
    expect(result.auc).toBeCloseTo((1 + 2.5 / 3 + 3.5 / 4) / 3, 12);
  });

  it('reads lists that end with a comma, as MLPerf’s person detection prints them', async () => {
    const vww = new ReferenceDevice({ model: 'vww01', inputSize: 2, results: () => '0.250,0.750,' });
    const { predictions } = await accuracy(vww, [sample(1, [0, 0])]);
    expect(predictions[0]).toEqual({ file: '1.bin', label: 1, predicted: 1, scores: [0.25, 0.75] });
  });

  it('judges one score a sample by the ROC curve, averaged over its windows', async () => {
    const ad = new ReferenceDevice({ model: 'ad01', inputSize: 1, results: ([q]) => `${q}.000` });
    const samples = [sample(0, [10], [20]), sample(0, [40]), sample(1, [30], [30]), sample(1, [90])];
    const result = await accuracy(ad, samples);
    expect(result).toMatchObject({ samples: 4, auc: 0.75 });
    expect(result).not.toHaveProperty('top1');
    expect(result.predictions[0]).toEqual({ file: '0.bin', label: 0, scores: [15] });
  });

  it('scores reconstructions by what it is told', async () => {
    const ad = new ReferenceDevice({ model: 'ad01', inputSize: 2, results: ([a, b]) => `${a}.0,${b! + 4}.0` });
    const anomalyScore = (input: Int8Array, results: readonly number[]) => results[1]! - input[1]!;
    const { predictions } = await accuracy(ad, [sample(0, [1, 2])], { anomalyScore });
    expect(predictions[0]!.scores).toEqual([4]);
  });

  it('leaves the ROC curve out where a class has no sample', async () => {
    expect(await accuracy(device(), [sample(0, [0, 0])])).not.toHaveProperty('auc');
  });

  it('refuses a device whose results change their number', async () => {
    const odd = new ReferenceDevice({ inputSize: 1, results: ([q]) => Array(q!).fill('0.1').join(',') });
    const failure = await failureOf(() => accuracy(odd, [sample(0, [2]), sample(1, [3])]));
    expect(failure).toMatchObject({ code: 'results-length', exitCode: 3 });
    expect(String(failure)).toContain('3 results for 1.bin, and 2 for the first sample');
  });

  it('is told what runs there', async () => {
    expect(await identify(device(), 1000)).toEqual({ name: 'reference', profile: 'ULPMark', model: 'kws01' });
  });
});

describe('data as the public runner has it', () => {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const refusal = (read: () => unknown) => failureOf(read).then(String);

  it('is found by its y_labels.csv, its folder, or the folder above', () => {
    write('a.bin', Uint8Array.of(1, 255));
    write('y_labels.csv', 'file,classes,class\na.bin,12,7\n\n');
    const expected = [{ file: 'a.bin', label: 7, inputs: [Int8Array.of(1, -1)] }];
    for (const path of [join(folder, 'y_labels.csv'), folder]) expect(readDataset(path, 'kws01')).toEqual(expected);
    expect(readDataset(join(folder, '..'), folder.split('/').at(-1)!)).toEqual(expected);
  });

  it('is cut into windows where the list says how', () => {
    write('long.bin', Uint8Array.of(0, 1, 2, 3, 4, 5, 6));
    write('windows.csv', 'long.bin,2,1,4,2\nlong.bin,2,0,7\n');
    const [cut, whole] = readDataset(join(folder, 'windows.csv'), 'ad01');
    expect(cut!.inputs.map((input) => [...input])).toEqual([
      [0, 1, 2, 3],
      [2, 3, 4, 5],
    ]);
    expect(whole!.inputs).toHaveLength(1);
  });

  it('is one file of tensors with a list of labels', () => {
    write('labels.txt', '3\n0\n1\n');
    write('tensors.bin', Uint8Array.of(1, 2, 3, 4, 5, 250));
    const read = (limit?: number) => readLabelled(join(folder, 'tensors.bin'), join(folder, 'labels.txt'), limit);
    expect(read().map(({ file, label, inputs }) => [file, label, ...inputs[0]!])).toEqual([
      ['tensors.bin[0]', 3, 1, 2],
      ['tensors.bin[1]', 0, 3, 4],
      ['tensors.bin[2]', 1, 5, -6],
    ]);
    expect(read(2)).toHaveLength(2);
    write('labels.txt', '3\n0\n1\n1\n');
    expect(() => read()).toThrow('6 B, which 4 labels do not divide into whole tensors');
  });

  it('says which line is wrong', async () => {
    for (const [line, message] of [
      ['a.bin,12,yes', 'bad.csv:2: class is "yes", not a whole number'],
      ['a.bin,12', 'bad.csv:2: class is missing'],
      [',12,1', 'bad.csv:2: no file is named'],
      ['a.bin,2,1,4,2', 'bad.csv:2: a.bin has 2 B: no window of 4 B every 2 B fits'],
      ['a.bin,2,1,2,0', 'no window of 2 B every 0 B fits'],
      ['none.bin,2,1', 'none.bin: no such file'],
      ['"a', 'bad.csv: not CSV'],
    ]) {
      write('bad.csv', `a.bin,12,3\n${line}\n`);
      expect(await refusal(() => readDataset(join(folder, 'bad.csv'), 'x'))).toContain(message);
    }
    expect(await refusal(() => readDataset(join(folder, 'nowhere'), 'x'))).toContain('holds a y_labels.csv');
  });

  it('is made int8 of pixels and of real values', async () => {
    const samples = [sample(0, [0, 127, -128, -1])]; // bytes 0, 127, 128, 255
    expect(asTensors(samples, 'uint8')[0]!.inputs[0]).toEqual(Int8Array.of(-128, -1, 0, 127));
    const reals = new Int8Array(Float32Array.of(1, -0.5).buffer);
    const grid = { scale: [0.5], zeroPoint: [3], axis: 0 };
    expect(asTensors([{ ...samples[0]!, inputs: [reals] }], 'float32', grid)[0]!.inputs[0]).toEqual(Int8Array.of(5, 2));
    expect(await refusal(() => asTensors(samples, 'float32'))).toContain('real values need a model');
  });
});
