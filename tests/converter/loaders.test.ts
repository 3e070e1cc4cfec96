import { describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers, weightFiles } from '../../converter/loaders/tfjs_layers.js';
import { layers, predict, randomize, save, sequential, type Saved } from './tfjs_models.js';

type Layer = Parameters<ReturnType<typeof sequential>['add']>[0];
const INPUT = [9, 6, 2];

const MODELS: Readonly<Record<string, () => Layer[]>> = {
  'a convolution with stride, dilation and activation': () => [
    layers.conv2d({ inputShape: INPUT, filters: 3, kernelSize: [3, 2], strides: [2, 1], activation: 'relu' }),
    layers.conv2d({ filters: 4, kernelSize: 2, padding: 'same', dilationRate: 2, useBias: false }),
  ],
  'depthwise convolutions with a multiplier': () => [
    layers.depthwiseConv2d({
      inputShape: INPUT,
      kernelSize: 3,
      depthMultiplier: 3,
      padding: 'same',
      activation: 'relu6',
    }),
    layers.depthwiseConv2d({ kernelSize: [2, 3], strides: 2, useBias: false }),
  ],
  'normalization with and without scale and centre': () => [
    layers.conv2d({ inputShape: INPUT, filters: 4, kernelSize: 1 }),
    layers.batchNormalization({ epsilon: 0.01 }),
    layers.reLU({ maxValue: 6 }),
    layers.depthwiseConv2d({ kernelSize: 3 }),
    layers.batchNormalization({ scale: false }),
    layers.dense({ units: 3, activation: 'linear' }),
    layers.batchNormalization({ center: false }),
    layers.reLU(),
  ],
  'pools, flatten, dense, softmax': () => [
    layers.averagePooling2d({ inputShape: INPUT, poolSize: [3, 2], strides: [2, 2], padding: 'same' }),
    layers.dropout({ rate: 0.5 }),
    layers.flatten(),
    layers.dense({ units: 7, activation: 'relu' }),
    layers.dense({ units: 5 }),
    layers.softmax(),
  ],
  'a global pool behind a reshape': () => [
    layers.reshape({ inputShape: INPUT, targetShape: [6, 9, 2] }),
    layers.globalAveragePooling2d({}),
    layers.dense({ units: 4, activation: 'softmax', useBias: false }),
  ],
};

async function example(build: () => Layer[], seed = 1) {
  const model = sequential({ layers: build() });
  randomize(model, seed);
  return { model, saved: await save(model) };
}

const load = ({ json, weights }: Saved) => loadTfjsLayers(json, weights, 'model.json');

describe('tfjs layers models', () => {
  it.each(Object.entries(MODELS))('%s: the graph computes what tfjs computes', async (_title, build) => {
    const { model, saved } = await example(build);
    const interpreter = createFloatInterpreter(load(saved));
    const random = new Random(7);
    for (let run = 0; run < 5; run++) {
      const input = Float32Array.from({ length: interpreter.inputSize }, () => random.normal());
      const output = new Float32Array(interpreter.outputSize);
      interpreter.invoke(input, output);
      const expected = predict(model, input, INPUT);
      expect(output.length).toBe(expected.length);
      output.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
    }
  });

  it('keeps the names of layers', async () => {
    const { saved } = await example(() => [layers.dense({ inputShape: [3], units: 2, name: 'classifier' })]);
    expect(load(saved).ops.map(({ name }) => name)).toEqual(['classifier']);
  });
});

const REFUSED: Readonly<Record<string, [code: string, names: RegExp, change: (saved: Saved) => Saved]>> = {
  'no object': ['model-json', /top level/, (saved) => ({ ...saved, json: null as never })],
  'no topology': ['model-json', /modelTopology/, (saved) => ({ ...saved, json: { weightsManifest: [] } as never })],
  'a functional model': ['model-not-sequential', /Functional/, edit('"Sequential"', '"Functional"')],
  'an unknown layer': [
    'layer-unsupported',
    /"second".*LSTM.*Conv2D/s,
    edit('"class_name":"Dense"', '"class_name":"LSTM"'),
  ],
  'a layer named as a method of every object': [
    'layer-unsupported',
    /toString/,
    edit('"class_name":"Dense"', '"class_name":"toString"'),
  ],
  'an unknown activation': [
    'layer-unsupported',
    /gelu.*linear, relu/,
    edit('"activation":"relu"', '"activation":"gelu"'),
  ],
  'channels first': ['layer-unsupported', /channels_first/, edit('"channels_last"', '"channels_first"')],
  'a kernel of a billion rows': [
    'layer-invalid',
    /kernel_size/,
    edit('"kernel_size":[3,3]', '"kernel_size":[1000000000,3]'),
  ],
  'a negative stride': ['layer-invalid', /strides/, edit('"strides":[1,1]', '"strides":[-1,1]')],
  'an input of unknown size': [
    'model-json',
    /batch_input_shape/,
    edit('"batch_input_shape":[null,9,6,2]', '"batch_input_shape":[null,null,6,2]'),
  ],
  'two layers of one name': ['model-json', /"first".*two layers/, edit('"name":"second"', '"name":"first"')],
  'weights cut short': [
    'weights-invalid',
    /B, and the manifest lists/,
    ({ json, weights }) => ({ json, weights: weights.slice(0, -4) }),
  ],
  'a weight of another shape': ['weights-invalid', /first.*kernel/, edit('"shape":[3,3,2,4]', '"shape":[3,3,4,2]')],
  'a weight under another name': [
    'weights-invalid',
    /second.*kernel.*missing/,
    edit('"name":"second/kernel"', '"name":"third/kernel"'),
  ],
  'half-precision weights': [
    'weights-invalid',
    /float16/,
    edit('[3,3,2,4],"dtype":"float32"', '[3,3,2,4],"dtype":"float16"'),
  ],
};

function edit(from: string, to: string): (saved: Saved) => Saved {
  return ({ json, weights }) => {
    const text = JSON.stringify(json);
    expect(text).toContain(from);
    return { json: JSON.parse(text.replace(from, to)) as Saved['json'], weights };
  };
}

describe('models that cannot be read', () => {
  it.each(Object.entries(REFUSED))('%s', async (_title, [code, names, change]) => {
    const { saved } = await example(() => [
      layers.conv2d({ inputShape: INPUT, filters: 4, kernelSize: 3, activation: 'relu', name: 'first' }),
      layers.dense({ units: 3, name: 'second' }),
    ]);
    let thrown: unknown;
    try {
      load(change(saved));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(KilnError);
    expect(thrown).toMatchObject({ code });
    expect((thrown as KilnError).message).toMatch(names);
  });

  it.each(['../secret.bin', '/etc/passwd', '..', 'a/b.bin'])('weights at %s', async (path) => {
    const { saved } = await example(() => [layers.dense({ inputShape: [3], units: 2 })]);
    saved.json.weightsManifest[0]!.paths = [path];
    expect(() => weightFiles(saved.json, 'model.json')).toThrow(/beside model.json/);
  });
});
