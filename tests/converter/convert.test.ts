// The whole way from a Keras model to an int8 file: near its float form, and byte for byte what TFLite Micro computes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layers as keras } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { convert, convertInDetail, type ConvertOptions } from '../../converter/convert.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { Expectation, int8Runner, judgedTensors } from '../../converter/output_error.js';
import type { Method, MethodChoice } from '../../converter/quantization/method.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kerasModel, normal } from './keras.js';

const CALIBRATION = 64;
const VECTORS = 32;

const block = (filters: number) => [
  keras.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }),
  keras.batchNormalization({}),
  keras.activation({ activation: 'relu' }),
  keras.conv2d({ filters, kernelSize: 1, useBias: false }),
  keras.batchNormalization({}),
  keras.reLU({ maxValue: 6 }),
];

const MODELS: Readonly<Record<string, () => Parameters<typeof kerasModel>[0]>> = {
  'a DS-CNN': () => [
    keras.conv2d({
      inputShape: [25, 10, 1],
      filters: 8,
      kernelSize: [10, 4],
      strides: 2,
      padding: 'same',
      useBias: false,
    }),
    keras.batchNormalization({}),
    keras.activation({ activation: 'relu' }),
    keras.dropout({ rate: 0.2 }),
    ...block(12),
    ...block(8),
    keras.globalAveragePooling2d({}),
    keras.dense({ units: 12, activation: 'softmax' }),
  ],
  'a stack of dense layers': () => [
    keras.dense({ inputShape: [40], units: 24, useBias: false }),
    keras.batchNormalization({ scale: false }),
    keras.activation({ activation: 'relu6' }),
    keras.dense({ units: 40 }),
  ],
  'dilations, multipliers and pools': () => [
    keras.conv2d({ inputShape: [11, 9, 2], filters: 5, kernelSize: [3, 2], dilationRate: [2, 3], activation: 'relu6' }),
    keras.averagePooling2d({ poolSize: [2, 3], strides: [2, 1], padding: 'same' }),
    keras.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, strides: [2, 2], padding: 'same', activation: 'relu' }),
    keras.flatten({}),
    keras.reshape({ targetShape: [6, 10] }),
    keras.dense({ units: 3 }),
    keras.softmax({ axis: -1 }),
  ],
};

function floats(graph: Graph, count: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  const size = elements(graph.tensors[graph.inputs[0]!]!.shape);
  return Array.from({ length: count }, () => normal(size, random));
}

async function converted(name: string, options: Partial<ConvertOptions> = {}) {
  const { json, weights } = await kerasModel(MODELS[name]!(), 7);
  const float = loadTfjsLayers(json, weights, name);
  return { float, int8: convert(float, { calibration: floats(float, CALIBRATION, 1), ...options }) };
}

function quantizationOf(graph: Graph, index: number) {
  const { scale, zeroPoint } = graph.tensors[index]!.quantization!;
  return { scale: scale[0]!, zeroPoint: zeroPoint[0]! };
}

function quantizedInput(graph: Graph, values: Float32Array): Int8Array {
  const { scale, zeroPoint } = quantizationOf(graph, graph.inputs[0]!);
  return Int8Array.from(values, (value) => Math.max(-128, Math.min(127, Math.round(value / scale) + zeroPoint)));
}

describe('convert', () => {
  it.each(Object.keys(MODELS))('%s stays near its float form', async (name) => {
    const { float, int8 } = await converted(name);
    const [reference, interpreter] = [createFloatInterpreter(float), createInterpreter(int8)];
    const { scale, zeroPoint } = quantizationOf(int8, int8.outputs[0]!);
    const [expected, found] = [new Float32Array(reference.outputSize), new Int8Array(interpreter.outputSize)];
    const distances = floats(float, VECTORS, 2).flatMap((values) => {
      reference.invoke(values, expected);
      interpreter.invoke(quantizedInput(int8, values), found);
      return Array.from(found, (q, i) => Math.abs((q - zeroPoint) * scale - expected[i]!) / scale);
    });
    // In steps of the output: noise of a few, nothing that a wrong scale or a lost term could hide in.
    expect(distances.reduce((a, b) => a + b) / distances.length).toBeLessThan(4);
  });

  it.each(Object.keys(MODELS))('%s comes back from its file', async (name) => {
    const { int8 } = await converted(name);
    expect(readTflite(writeTflite(int8), name)).toEqual(int8);
  });

  it('leaves no float tensor, no normalization and no activation of its own', async () => {
    const { int8 } = await converted('a DS-CNN');
    expect(int8.ops.map(({ opcode }) => opcode)).toEqual([
      'CONV_2D',
      ...['DEPTHWISE_CONV_2D', 'CONV_2D', 'DEPTHWISE_CONV_2D', 'CONV_2D'],
      ...['MEAN', 'RESHAPE', 'FULLY_CONNECTED', 'SOFTMAX'],
    ]);
    expect(int8.tensors.filter(({ dtype }) => dtype === 'float32')).toEqual([]);
  });

  it('gives the same file for the same model and the same inputs', async () => {
    const { float, int8 } = await converted('a DS-CNN');
    const again = convert(float, { calibration: floats(float, CALIBRATION, 1) });
    expect(Buffer.from(writeTflite(again)).equals(writeTflite(int8))).toBe(true);
  });

  it('takes a fixed input and metadata', async () => {
    const metadata = new Map([['labels', new TextEncoder().encode('yes\nno')]]);
    const { int8 } = await converted('a DS-CNN', { inputQuantization: { scale: 1 / 64, zeroPoint: 0 }, metadata });
    expect(quantizationOf(int8, int8.inputs[0]!)).toEqual({ scale: 1 / 64, zeroPoint: 0 });
    expect(readTflite(writeTflite(int8), 'file').metadata.get('labels')).toEqual(metadata.get('labels'));
  });

  it('leaves the float graph as it was', async () => {
    const { json, weights } = await kerasModel(MODELS['a DS-CNN']!(), 7);
    const float = loadTfjsLayers(json, weights, 'model');
    const before = structuredClone(float);
    convert(float, { calibration: floats(float, 2, 1) });
    expect(float).toEqual(before);
  });

  it('refuses a model that is int8 already, and one that does not hold together', async () => {
    const { float, int8 } = await converted('a stack of dense layers');
    const calibration = floats(float, 1, 1);
    expect(() => convert(int8, { calibration })).toThrow(/its input is int8\[1,40\], and float32 is expected/);
    expect(() => convert({ ...float, ops: [] }, { calibration })).toThrow(/has no op\b/);
    expect(() => convert(float, { calibration: [] })).toThrow(/there are no inputs to calibrate with/);
  });
});

describe('ways to quantize', () => {
  const PLAIN: MethodChoice = {
    ...{ ranges: 'min-max', equalization: 'none', dense: 'per-tensor', biasCorrection: false, compensation: false },
  };

  async function found(name: string, method: MethodChoice) {
    const { json, weights } = await kerasModel(MODELS[name]!(), 7);
    const float = loadTfjsLayers(json, weights, name);
    return { float, ...convertInDetail(float, { calibration: floats(float, CALIBRATION, 1), method }) };
  }

  it.each(Object.keys(MODELS))('are tried: %s errs no more than when it is quantized plainly', async (name) => {
    const [plain, best] = [await found(name, PLAIN), await found(name, {})];
    const inputs = floats(plain.float, CALIBRATION, 1);
    const [before, after] = [plain, best].map(({ graph, reference }) => {
      const tensors = judgedTensors(reference);
      return new Expectation(reference, tensors, inputs).noise(int8Runner(graph, tensors));
    });
    expect(after).toBeLessThanOrEqual(1.1 * before!);
    expect(plain.method).toEqual({ ...PLAIN, percentile: 99.99 });
  });

  it.each<Partial<Method>>([
    { ranges: 'mse' },
    { ranges: 'percentile', percentile: 90 },
    { equalization: 'weights' },
    { equalization: 'activations' },
    { dense: 'per-channel' },
    { biasCorrection: true },
    { compensation: true },
  ])('are taken where they are given: %o', async (wanted) => {
    const { method, graph } = await found('dilations, multipliers and pools', { ...PLAIN, ...wanted });
    const { graph: plain } = await found('dilations, multipliers and pools', PLAIN);
    expect(method).toMatchObject({ ...PLAIN, ...wanted });
    expect(Buffer.from(writeTflite(graph)).equals(writeTflite(plain))).toBe(false);
  });

  it('average in finer steps than those of what is averaged', async () => {
    const { graph } = await found('a DS-CNN', {});
    const mean = graph.ops.find(({ opcode }) => opcode === 'MEAN')!;
    expect(quantizationOf(graph, mean.outputs[0]!).scale).toBeLessThan(quantizationOf(graph, mean.inputs[0]!).scale);
  });
});

const oracle = join(packageRoot(), 'tests', 'converter', 'tflm_oracle.py');
const hasOracle = spawnSync('python3', ['-c', 'import tflite_micro']).status === 0;

describe.skipIf(!hasOracle)('converted models under TFLite Micro (pip install tflite-micro)', () => {
  it.each(Object.keys(MODELS))('%s gives the same bytes', async (name) => {
    const { int8 } = await converted(name);
    const interpreter = createInterpreter(int8);
    const random = new Random(3);
    const inputs = Int8Array.from({ length: VECTORS * interpreter.inputSize }, () => random.integer(256) - 128);
    const outputs = new Int8Array(VECTORS * interpreter.outputSize);
    for (let i = 0; i < VECTORS; i++) {
      const part = (values: Int8Array, size: number) => values.subarray(i * size, (i + 1) * size);
      interpreter.invoke(part(inputs, interpreter.inputSize), part(outputs, interpreter.outputSize));
    }
    const { expected, errors } = underTflm(writeTflite(int8), inputs);
    expect(expected.length, errors).toBe(outputs.length);
    expect(Buffer.from(outputs).equals(expected)).toBe(true);
    expect(new Set(outputs).size).toBeGreaterThan(4);
  });
});

function underTflm(model: Uint8Array, inputs: Int8Array): { expected: Buffer; errors: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-'));
  try {
    const path = join(folder, 'model.tflite');
    writeFileSync(path, model);
    const { stdout, stderr } = spawnSync('python3', [oracle, path], { input: inputs });
    return { expected: stdout, errors: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
