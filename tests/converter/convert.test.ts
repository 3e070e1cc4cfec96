import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { convert, lower } from '../../converter/convert.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { activationQuantization, quantizeBias, weightQuantization } from '../../converter/quantization/scales.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { layers, randomize, save, sequential } from './tfjs_models.js';

const SHAPE = [12, 10, 1];

async function dsCnn(): Promise<Graph> {
  const model = sequential({
    layers: [
      layers.conv2d({
        inputShape: SHAPE,
        filters: 8,
        kernelSize: [4, 3],
        strides: 2,
        padding: 'same',
        useBias: false,
        name: 'conv',
      }),
      layers.batchNormalization({ name: 'conv_norm' }),
      layers.activation({ activation: 'relu', name: 'conv_relu' }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false, name: 'depthwise' }),
      layers.batchNormalization({ name: 'depthwise_norm' }),
      layers.activation({ activation: 'relu', name: 'depthwise_relu' }),
      layers.conv2d({ filters: 8, kernelSize: 1, name: 'pointwise' }),
      layers.batchNormalization({ name: 'pointwise_norm' }),
      layers.activation({ activation: 'relu', name: 'pointwise_relu' }),
      layers.globalAveragePooling2d({ name: 'pool' }),
      layers.dense({ units: 4, name: 'classifier' }),
      layers.activation({ activation: 'softmax', name: 'softmax' }),
    ],
  });
  randomize(model, 3);
  const { json, weights } = await save(model);
  return loadTfjsLayers(json, weights, 'ds-cnn');
}

const SCALE = 1 / 32;

function inputs(count: number, size: number, seed: number): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Int8Array.from({ length: size }, () => random.integer(256) - 128));
}

const real = (input: Int8Array) => Float32Array.from(input, (q) => q * SCALE);

async function converted() {
  const float = await dsCnn();
  const calibration = inputs(50, elements(SHAPE), 1).map(real);
  return { float, int8: convert(float, { calibration, inputQuantization: { scale: SCALE, zeroPoint: 0 } }) };
}

describe('convert', () => {
  it('folds normalization, fuses activations, and computes the same', async () => {
    const float = await dsCnn();
    const lowered = lower(float);
    expect(lowered.ops.map(({ opcode, name }) => `${opcode} ${name}`)).toEqual([
      'CONV_2D conv',
      'DEPTHWISE_CONV_2D depthwise',
      'CONV_2D pointwise',
      'AVERAGE_POOL_2D pool',
      'RESHAPE pool/flat',
      'FULLY_CONNECTED classifier',
      'SOFTMAX softmax',
    ]);
    const [before, after] = [createFloatInterpreter(float), createFloatInterpreter(lowered)];
    for (const input of inputs(10, before.inputSize, 2).map(real)) {
      const outputs = [new Float32Array(4), new Float32Array(4)] as const;
      before.invoke(input, outputs[0]);
      after.invoke(input, outputs[1]);
      outputs[0].forEach((value, i) => expect(outputs[1][i]).toBeCloseTo(value, 5));
    }
  });

  it('leaves the float graph as it was', async () => {
    const float = await dsCnn();
    const before = structuredClone(float);
    lower(float);
    expect(structuredClone(float)).toEqual(before);
  });

  it('keeps int8 near float', async () => {
    const { float, int8 } = await converted();
    const [reference, quantized] = [createFloatInterpreter(float), createInterpreter(int8)];
    let worst = 0;
    for (const input of inputs(100, reference.inputSize, 5)) {
      const [expected, found] = [new Float32Array(4), new Int8Array(4)];
      reference.invoke(real(input), expected);
      quantized.invoke(input, found);
      found.forEach((q, i) => (worst = Math.max(worst, Math.abs((q + 128) / 256 - expected[i]!))));
    }
    expect(worst).toBeLessThan(0.08);
    expect(worst).toBeGreaterThan(0);
  });

  it('writes a file that reads back as the same graph, the same bytes each time', async () => {
    const { int8 } = await converted();
    const tflite = writeTflite(int8);
    expect(readTflite(tflite, int8.name).ops).toEqual(int8.ops);
    expect(Buffer.compare(tflite, writeTflite((await converted()).int8))).toBe(0);
  });

  it.each([
    ['no inputs', [], /no inputs/],
    ['a short input', [new Float32Array(3)], /has 3 values, not 120/],
    ['NaN', [new Float32Array(120).fill(NaN)], /NaN/],
  ])('refuses %s to calibrate with', async (_title, calibration, message) => {
    const float = await dsCnn();
    expect(() => convert(float, { calibration })).toThrow(message);
  });

  it('names a normalization that it cannot fold', async () => {
    const model = sequential({ layers: [layers.batchNormalization({ inputShape: SHAPE, name: 'first' })] });
    const { json, weights } = await save(model);
    const graph = loadTfjsLayers(json, weights, 'm');
    expect(() => convert(graph, { calibration: [new Float32Array(120)] })).toThrow(/"first".*cannot be folded/);
  });
});

describe('scales', () => {
  it.each([
    [{ min: -1, max: 1 }],
    [{ min: 0, max: 6 }],
    [{ min: 2, max: 5 }],
    [{ min: -7, max: -3 }],
    [{ min: 0, max: 0 }],
    [{ min: -1e-30, max: 1e-30 }],
  ])('represents 0 exactly and covers %j', (range) => {
    const { scale, zeroPoint } = activationQuantization(range);
    const value = (q: number) => (q - zeroPoint[0]!) * scale[0]!;
    expect(scale[0]).toBeGreaterThan(0);
    expect(Math.fround(scale[0]!)).toBe(scale[0]);
    expect(zeroPoint[0]).toBeGreaterThanOrEqual(-128);
    expect(zeroPoint[0]).toBeLessThanOrEqual(127);
    expect(value(-128)).toBeLessThanOrEqual(range.min + scale[0]!);
    expect(value(127)).toBeGreaterThanOrEqual(range.max - scale[0]!);
  });

  it('raises the scale of a channel whose bias would not fit int32', () => {
    const weights = Float32Array.from([1e-9, 0.5]);
    const bias = Float32Array.from([100, 100]);
    const quantization = weightQuantization(weights, [2, 1], 0, 0.001, bias);
    const inBiasUnits = { ...quantization, scale: quantization.scale.map((s) => s * 0.001) };
    for (const q of quantizeBias(bias, inBiasUnits)) expect(Math.abs(q)).toBeLessThanOrEqual(2 ** 30);
    expect(quantization.scale[0]! * 0.001 * 2 ** 30).toBeGreaterThanOrEqual(100 * (1 - 1e-6));
    expect(quantization.scale[1]).toBe(Math.fround(0.5 / 127));
  });
});
