// Writes a trained model as tfjs' layers model, a Keras graph in JSON, with its weights in one file.
import { join } from 'node:path';
import { packageVersion, sha256, writeAtomic } from '../../base/files.js';
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, shapedLayers, type Layer, type Model, type Shape } from './layers.js';
import { layoutOf, slice, type Parameter } from './parameters.js';

export const MODEL_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.bin';

interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

export interface LayersModel {
  /** Of model.json, as it is before it is written. */
  json: object;
  /** Of weights.bin, and their hex SHA-256. */
  weights: Buffer;
  sha256: string;
}

/** @param metadata kept as `userDefinedMetadata`, with the labels and the hash of the weights */
export function layersModel(
  model: Model,
  weights: Float32Array,
  statistics: Float32Array,
  metadata: Record<string, unknown>,
): LayersModel {
  const layout = layoutOf(model);
  const parts = [...named(layout.weights, weights), ...named(layout.statistics, statistics)];
  const bytes = Buffer.concat(
    parts.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  );
  const hash = sha256(bytes);
  const manifest = parts.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const json = {
    format: 'layers-model',
    generatedBy: `tinykiln ${packageVersion()}`,
    convertedBy: null,
    modelTopology: topology(model),
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: manifest }],
    userDefinedMetadata: { ...metadata, labels: model.labels, weightsSha256: hash },
  };
  return { json, weights: bytes, sha256: hash };
}

/**
 * Writes `model.json` and `weights.bin` into a folder, each whole or not at all.
 * @param metadata as of `layersModel`
 * @returns hex SHA-256 of weights.bin
 */
export function writeLayersModel(directory: string, ...model: Parameters<typeof layersModel>): string {
  const { json, weights, sha256: hash } = layersModel(...model);
  writeAtomic(join(directory, WEIGHTS_FILE), weights);
  writeAtomic(join(directory, MODEL_FILE), `${JSON.stringify(json, null, 1)}\n`);
  return hash;
}

function named(parameters: readonly Parameter[], values: Float32Array) {
  return parameters.map((parameter) => ({ ...parameter, values: slice(values, parameter) }));
}

const INPUT = 'input';

type Node = KerasLayer & { name: string; inbound_nodes: unknown[] };

function topology(model: Model): object {
  const config = { name: INPUT, dtype: 'float32', sparse: false, batch_input_shape: [null, ...model.inputShape] };
  const layers: Node[] = [{ class_name: 'InputLayer', config, name: INPUT, inbound_nodes: [] }];
  for (const { layer, input } of shapedLayers(model)) {
    const before = layers.at(-1)!.name;
    const causal = layer.kind === 'depthwise-conv2d' && layer.causal;
    if (causal) layers.push(after([before], rowsBefore(layer)));
    const inputs = [...(layer.kind === 'add' ? [layer.other] : []), layers.at(-1)!.name];
    layers.push(after(inputs, kerasLayer(layer, input)));
    if (layer.kind === 'last-row') layers.push(after([layer.name], flatten(`${layer.name}_flat`)));
  }
  const ends = { input_layers: [[INPUT, 0, 0]], output_layers: [[layers.at(-1)!.name, 0, 0]] };
  return {
    keras_version: '2.15.0',
    backend: 'tensorflow',
    model_config: { class_name: 'Functional', config: { name: 'keyword_spotter', layers, ...ends } },
  };
}

function after(inputs: readonly string[], layer: KerasLayer): Node {
  const name = layer.config['name'] as string;
  return { ...layer, name, inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])] };
}

/** The zeros that a causal convolution sees before the first row. */
function rowsBefore({ name, kernel }: Layer & { kind: 'depthwise-conv2d' }): KerasLayer {
  const padding = [
    [kernel[0] - 1, 0],
    [0, 0],
  ];
  return keras('ZeroPadding2D', `${name}_past`, { padding, data_format: 'channels_last' });
}

function flatten(name: string): KerasLayer {
  return keras('Flatten', name, { data_format: 'channels_last' });
}

function keras(class_name: string, name: string, config: Record<string, unknown> = {}): KerasLayer {
  return { class_name, config: { name, trainable: true, dtype: 'float32', ...config } };
}

/** @param input the shape that the layer is given */
function kerasLayer(layer: Layer, input: Shape): KerasLayer {
  const of = (className: string, config?: Record<string, unknown>) => keras(className, layer.name, config);
  switch (layer.kind) {
    case 'conv2d':
      return of('Conv2D', { filters: layer.filters, ...window(layer) });
    case 'depthwise-conv2d':
      return of('DepthwiseConv2D', { depth_multiplier: 1, ...window(layer) });
    case 'batch-norm':
      return of('BatchNormalization', { axis: -1, momentum: BATCH_NORM_MOMENTUM, epsilon: BATCH_NORM_EPSILON });
    case 'relu':
      return of('Activation', { activation: 'relu' });
    case 'add':
      return of('Add');
    case 'flatten':
      return flatten(layer.name);
    case 'last-row': {
      const cropping = [
        [input[0]! - 1, 0],
        [0, 0],
      ];
      return of('Cropping2D', { cropping, data_format: 'channels_last' });
    }
    case 'dropout':
      return of('Dropout', { rate: layer.rate });
    case 'global-average-pool':
      return of('GlobalAveragePooling2D', { data_format: 'channels_last' });
    case 'dense':
      return of('Dense', { units: layer.units, activation: 'linear', use_bias: true });
    case 'softmax':
      return of('Activation', { activation: 'softmax' });
  }
}

function window(layer: Layer & { kind: 'conv2d' | 'depthwise-conv2d' }): Record<string, unknown> {
  const { kernel, stride } = layer;
  const causal = layer.kind === 'depthwise-conv2d' && layer.causal;
  return {
    kernel_size: kernel,
    strides: stride,
    padding: causal ? 'valid' : 'same',
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: false,
  };
}
