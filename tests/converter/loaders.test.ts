// The tfjs loader: layer by layer the same numbers as tfjs, and what it cannot read refused by name.
import { layers as keras } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers, weightFiles } from '../../converter/loaders/tfjs_layers.js';
import { kerasModel, normal, type KerasModel, type ModelJson } from './keras.js';

const TOLERANCE = 1e-5;
const INPUTS = 3;

const input = { inputShape: [9, 7, 3] };
const conv = { filters: 4, kernelSize: [3, 2] as [number, number] };
const opcodes = ({ ops }: Graph) => ops.map(({ opcode }) => opcode);

const MODELS: Readonly<Record<string, { layers: () => Parameters<typeof kerasModel>[0]; ops: string[] }>> = {
  'Conv2D, strided and padded': {
    layers: () => [keras.conv2d({ ...input, ...conv, strides: [2, 3], padding: 'same', activation: 'relu' })],
    ops: ['CONV_2D', 'RELU'],
  },
  'Conv2D, dilated, without bias': {
    layers: () => [keras.conv2d({ ...input, ...conv, dilationRate: [3, 2], useBias: false })],
    ops: ['CONV_2D'],
  },
  'DepthwiseConv2D with a multiplier': {
    layers: () => [
      keras.depthwiseConv2d({ ...input, kernelSize: [3, 2], depthMultiplier: 3, strides: [2, 2], padding: 'same' }),
    ],
    ops: ['DEPTHWISE_CONV_2D'],
  },
  'DepthwiseConv2D, valid, relu6': {
    layers: () => [keras.depthwiseConv2d({ ...input, kernelSize: 2, useBias: false, activation: 'relu6' })],
    ops: ['DEPTHWISE_CONV_2D', 'RELU6'],
  },
  BatchNormalization: { layers: () => [keras.batchNormalization(input)], ops: ['BATCH_NORMALIZATION'] },
  'BatchNormalization without scale and center': {
    layers: () => [keras.batchNormalization({ ...input, scale: false, center: false, epsilon: 0.1 })],
    ops: ['BATCH_NORMALIZATION'],
  },
  'Activation and ReLU': {
    layers: () => [
      keras.reLU({ ...input, maxValue: 6 }),
      keras.reLU({}),
      keras.activation({ activation: 'relu6' }),
      keras.activation({ activation: 'relu' }),
      keras.activation({ activation: 'linear' }),
      keras.activation({ activation: 'softmax' }),
      keras.softmax({ axis: -1 }),
    ],
    ops: ['RELU6', 'RELU', 'RELU6', 'RELU', 'SOFTMAX', 'SOFTMAX'],
  },
  AveragePooling2D: {
    layers: () => [keras.averagePooling2d({ ...input, poolSize: [2, 3], strides: [2, 2], padding: 'same' })],
    ops: ['AVERAGE_POOL_2D'],
  },
  'AveragePooling2D, strides as its window': {
    layers: () => [keras.averagePooling2d({ ...input, poolSize: [3, 2] })],
    ops: ['AVERAGE_POOL_2D'],
  },
  'GlobalAveragePooling2D and Dropout': {
    layers: () => [keras.dropout({ ...input, rate: 0.5 }), keras.globalAveragePooling2d({})],
    ops: ['AVERAGE_POOL_2D', 'RESHAPE'],
  },
  'Flatten and Dense': {
    layers: () => [keras.flatten(input), keras.dense({ units: 5, activation: 'softmax' })],
    ops: ['RESHAPE', 'FULLY_CONNECTED', 'SOFTMAX'],
  },
  'Reshape, and Dense over rows': {
    layers: () => [
      keras.inputLayer(input),
      keras.reshape({ targetShape: [7, 27] }),
      keras.dense({ units: 4, useBias: false }),
    ],
    ops: ['RESHAPE', 'FULLY_CONNECTED'],
  },
};

describe('what tfjs saves', () => {
  it.each(Object.entries(MODELS))('%s gives the same numbers', async (_name, { layers, ops }) => {
    const model = await kerasModel(layers());
    const graph = loadTfjsLayers(model.json, model.weights, 'model.json');
    expect(opcodes(graph)).toEqual(ops);
    expectSameNumbers(graph, model);
  });

  it('names each op as its layer', async () => {
    const model = await kerasModel([
      keras.conv2d({ ...input, ...conv, name: 'stem', activation: 'relu' }),
      keras.batchNormalization({ name: 'norm' }),
    ]);
    const { ops } = loadTfjsLayers(model.json, model.weights, 'model.json');
    expect(ops.map(({ name }) => name)).toEqual(['stem', 'stem/activation', 'norm']);
  });
});

function expectSameNumbers(graph: Graph, model: KerasModel): void {
  const interpreter = createFloatInterpreter(graph);
  const random = new Random(5);
  for (let i = 0; i < INPUTS; i++) {
    const values = normal(interpreter.inputSize, random);
    const found = new Float32Array(interpreter.outputSize);
    interpreter.invoke(values, found);
    const expected = model.predict(values);
    expect(found.length).toBe(expected.length);
    const distance = found.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0);
    expect(distance).toBeLessThan(TOLERANCE);
  }
}

/** A conv with bias, its normalization and a dense layer: the model that is damaged below. */
let whole: KerasModel;
beforeAll(async () => {
  whole = await kerasModel([
    keras.conv2d({ ...input, ...conv, name: 'conv' }),
    keras.batchNormalization({ name: 'norm' }),
    keras.flatten({ name: 'flat' }),
    keras.dense({ units: 3, name: 'dense' }),
    keras.softmax({ name: 'softmax' }),
  ]);
});

/** The code and the message with which the damaged model is refused. */
function refusal(change: (json: ModelJson, weights: Float32Array) => unknown, cut = 0): string {
  const json = structuredClone(whole.json);
  const weights = whole.weights.slice();
  change(json, new Float32Array(weights.buffer));
  return outcome(json, weights.subarray(cut));
}

function outcome(json: unknown, weights: Uint8Array): string {
  try {
    loadTfjsLayers(json, weights, 'model.json');
  } catch (error) {
    if (error instanceof KilnError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const LAYER = { conv: 0, norm: 1, flat: 2, dense: 3, softmax: 4 };
const set = (layer: keyof typeof LAYER, config: object) => (json: ModelJson) =>
  Object.assign(json.modelTopology.config.layers[LAYER[layer]]!.config, config);
const first = (json: ModelJson) => json.weightsManifest[0]!;

/** Arrays in arrays, deeper than a recursive function can go. */
const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;

describe('what is refused', () => {
  it.each<[string, RegExp, (json: ModelJson, weights: Float32Array) => unknown]>([
    [
      'an unknown layer',
      /^layer-unsupported model.json, layer "flat" \(GRU\): is none of InputLayer, .*Dense, .*\. In its place, use LSTM\./,
      (json) => (json.modelTopology.config.layers[2]!.class_name = 'GRU'),
    ],
    [
      'a class of Object',
      /^layer-unsupported .*\(constructor\)/,
      (json) => (json.modelTopology.config.layers[2]!.class_name = 'constructor'),
    ],
    [
      'channels first',
      /^layer-unsupported model.json, layer "conv" \(Conv2D\): has data_format "channels_first", and only "channels_last" works/,
      set('conv', { data_format: 'channels_first' }),
    ],
    [
      'channels first at the end',
      /^layer-unsupported model.json, layer "flat" \(Flatten\): has data_format/,
      set('flat', { data_format: 'channels_first' }),
    ],
    ['groups', /^layer-invalid .*has 2 groups for 3 channels/, set('conv', { groups: 2 })],
    [
      'another activation',
      /^layer-unsupported model.json, layer "dense" \(Dense\): has the activation hardSigmoid, and .* softmax.* Use sigmoid/,
      set('dense', { activation: 'hardSigmoid' }),
    ],
    [
      'normalization of rows',
      /^layer-unsupported .*"norm" \(BatchNormalization\): has axis 1, and only the last works/,
      set('norm', { axis: 1 }),
    ],
    ['softmax over rows', /^layer-unsupported .*"softmax" \(Softmax\): has axis 0/, set('softmax', { axis: 0 })],
    [
      'a kernel size that is no size',
      /^layer-invalid .*"conv" \(Conv2D\): has kernel_size \[3,"2"\]/,
      set('conv', { kernel_size: [3, '2'] }),
    ],
    ['a missing size', /^layer-invalid .*"dense" \(Dense\): has units null: /, set('dense', { units: null })],
    ['a size without end', /^layer-invalid .*has kernel_size \[3,1e\+300\]/, set('conv', { kernel_size: [3, 1e300] })],
    ['a deep value', /^layer-invalid .*has activation a list/, set('conv', { activation: deep })],
    ['a deep option', /^layer-invalid .*has groups a list/, set('conv', { groups: deep })],
    [
      'a name that is no text',
      /^model-json .*layers\.1\.config\.name: .*expected string/,
      set('norm', { name: { toString: 1 } }),
    ],
    [
      'two layers of one name',
      /^model-json model.json, layer "conv": two layers have this name/,
      set('norm', { name: 'conv' }),
    ],
    [
      'an input without a size',
      /^model-json .*does not say the shape of the input/,
      set('conv', { batch_input_shape: [null, null, 7, 3] }),
    ],
    ['a window larger than its input', /^weights-invalid .*"conv".*kernel/, set('conv', { kernel_size: [30, 2] })],
    [
      'a model of another class',
      /^model-json model.json: is a model of the class "Graph"/,
      (json) => (json.modelTopology.class_name = 'Graph'),
    ],
    ['a graph model', /^model-json model.json: format: .*"layers-model"/, (json) => (json.format = 'graph-model')],
    ['no layers', /^model-json model.json: modelTopology\./, (json) => (json.modelTopology.config.layers = [])],
    [
      'no weights',
      /^model-json model.json: weightsManifest: /,
      (json) => delete (json as Partial<ModelJson>).weightsManifest,
    ],
    [
      'a missing weight',
      /^weights-invalid model.json, layer "conv": its weight "bias" is missing/,
      (json) => (first(json).weights[1]!.name = 'conv/other'),
    ],
    [
      'an extra weight',
      /^weights-invalid model.json, "conv\/bias": this weight belongs to no layer/,
      set('conv', { use_bias: false }),
    ],
    [
      'a weight twice',
      /^weights-invalid .*two of its weights have the same name/,
      (json) => (first(json).weights[2]!.name = 'conv/bias'),
    ],
    [
      'a weight that two layers claim',
      /^weights-invalid model.json, layer "norm": its weight "conv\/norm\/moving_mean" belongs to another layer/,
      (json) => {
        json.modelTopology.config.layers.splice(1, 0, {
          class_name: 'BatchNormalization',
          config: { name: 'conv/norm' },
        });
        for (const weight of first(json).weights) weight.name = weight.name.replace(/^norm/, 'conv/norm');
      },
    ],
    [
      'another shape',
      /^weights-invalid .*"dense": its weight "kernel" is \[4,126\]|its weight "kernel" is \[/,
      set('dense', { units: 4 }),
    ],
    [
      'another type',
      /^weights-invalid model.json, "conv\/kernel": has the dtype "int32"/,
      (json) => (first(json).weights[0]!.dtype = 'int32'),
    ],
    [
      'quantized weights',
      /^weights-invalid model.json, "conv\/kernel": has a quantization other than/,
      (json) => (first(json).weights[0]!.quantization = { dtype: 'uint8' }),
    ],
    [
      'sizes that do not add up',
      /^weights-invalid .*have \d+ B, and the manifest lists \d+ B/,
      (json) => first(json).weights[0]!.shape.push(2),
    ],
    [
      'sizes beyond numbers',
      /^weights-invalid .*manifest lists/,
      (json) => (first(json).weights[0]!.shape = new Array<number>(8).fill(2 ** 50)),
    ],
    [
      'weights that are no numbers',
      /^weights-invalid .*layer "conv": its weight "kernel" has the value NaN/,
      (_json, weights) => (weights[7] = NaN),
    ],
    ['endless weights', /^weights-invalid .*has the value -Infinity/, (_json, weights) => (weights[7] = -Infinity)],
    [
      'a negative variance',
      /^layer-invalid .*"norm" \(BatchNormalization\): has a negative moving_variance/,
      (json, weights) => weights.fill(-1, offsetOf(json, 'norm/moving_variance')),
    ],
  ])('%s', (_what, message, change) => {
    expect(refusal(change)).toMatch(message);
  });

  it('a dilated depthwise layer, which tfjs and Keras compute differently', async () => {
    const model = await kerasModel([keras.depthwiseConv2d({ ...input, kernelSize: 2, dilationRate: 2, name: 'wide' })]);
    expect(outcome(model.json, model.weights)).toMatch(
      /^layer-unsupported model.json, layer "wide" \(DepthwiseConv2D\): has dilation_rate \[2,2\], which tfjs/,
    );
  });

  it('an input without end', () => {
    const config = { batch_input_shape: [null, 2 ** 20, 2 ** 20, 3] };
    const layers = [{ class_name: 'Flatten', config }];
    const json = { modelTopology: { class_name: 'Sequential', config: { layers } }, weightsManifest: [] };
    expect(outcome(json, new Uint8Array())).toMatch(/^graph-too-large model.json: its tensors have \d+ elements/);
  });

  it('a reshape to another number of values', () => {
    const config = { batch_input_shape: [null, 3, 4], target_shape: [5, 2], name: 'rows' };
    const layers = [{ class_name: 'Reshape', config }];
    const json = { modelTopology: { class_name: 'Sequential', config: { layers } }, weightsManifest: [] };
    expect(outcome(json, new Uint8Array())).toMatch(
      /^graph-invalid model.json, layer "rows" \(RESHAPE\): has the shape \[1,5,2\] for 12 values/,
    );
  });

  it('a file that was cut', () => {
    expect(refusal(() => {}, 4)).toMatch(
      /^weights-invalid model.json: its weights have \d+ B, and the manifest lists \d+ B/,
    );
  });

  it.each([null, 1, 'text', [], {}, { modelTopology: 1 }, { modelTopology: {}, weightsManifest: [] }, deep])(
    'JSON of another kind: %#',
    (json) => {
      expect(outcome(json, new Uint8Array())).toMatch(/^model-json model\.json: /);
    },
  );

  it('every value replaced by one of another kind, as an error or a model', () => {
    const paths = pathsOf(whole.json);
    const values = [null, -1, 0, 1e9, 0.5, 'x', '', [], {}, true, [1, 2, 3], deep];
    const random = new Random(3);
    const outcomes = Array.from({ length: 3000 }, () => {
      const json = structuredClone(whole.json);
      replaceAt(json, paths[random.integer(paths.length)]!, values[random.integer(values.length)]);
      return outcome(json, whole.weights);
    });
    expect(outcomes.filter((text) => text === 'accepted').length).toBeGreaterThan(100);
    expect(outcomes.filter((text) => text !== 'accepted').length).toBeGreaterThan(1000);
  });
});

/** In values. */
function offsetOf(json: ModelJson, name: string): number {
  const { weights } = first(json);
  const before = weights.slice(
    0,
    weights.findIndex((weight) => weight.name.endsWith(name)),
  );
  return before.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))].slice(
    path.length === 0 ? 1 : 0,
  );
}

function replaceAt(json: object, path: readonly string[], value: unknown): void {
  const owner = path
    .slice(0, -1)
    .reduce((at, key) => at[key] as Record<string, unknown>, json as Record<string, unknown>);
  owner[path.at(-1)!] = value;
}

describe('weightFiles', () => {
  const listing = (...paths: string[]) => ({ ...whole.json, weightsManifest: [{ ...first(whole.json), paths }] });

  it('gives the files in order', () => {
    const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
    expect(weightFiles(listing(...paths), 'model.json')).toEqual(paths);
  });

  it.each(['../weights.bin', '/etc/passwd', 'a/../../b', '..', '.', '', 'a\\b', 'C:x', 'a\0b', 'weights.bin\n'])(
    'refuses %j',
    (path) => {
      expect(() => weightFiles(listing(path), 'model.json')).toThrow(
        /as a file of weights, and each has to lie beside/,
      );
    },
  );

  it('refuses a file that is listed twice', () => {
    expect(() => weightFiles(listing('a.bin', 'b.bin', 'a.bin'), 'model.json')).toThrow(/lists "a\.bin"/);
  });
});
