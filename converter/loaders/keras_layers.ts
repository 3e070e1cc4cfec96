// Keras' layers as ops of a graph: one small function for each class.
import { z } from 'zod';
import type { Activation, Padding } from '../graph/graph.js';
import { exampleSize, type Chain } from './chain.js';
import { LayerReader } from './layer_reader.js';
import type { KerasLayer } from './model_json.js';
import type { Weights } from './weights.js';

export interface LayerContext {
  model: string;
  chain: Chain;
  weights: Weights;
}

type Load = (layer: LayerReader, context: LayerContext) => void;

const LAYERS: Readonly<Record<string, Load>> = {
  InputLayer: () => {},
  Dropout: () => {},
  SpatialDropout2D: () => {},
  GaussianNoise: () => {},
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  BatchNormalization: batchNormalization,
  Activation: (layer, { chain }) => activate(layer, chain, layer.name),
  ReLU: relu,
  Softmax: softmax,
  AveragePooling2D: averagePooling2d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  Flatten: flatten,
  Reshape: reshape,
  Dense: dense,
};

/** @throws KilnError `layer-unsupported`, `layer-invalid`, `weights-invalid` that name the layer. */
export function loadLayer(layer: KerasLayer, context: LayerContext): void {
  const reader = new LayerReader(layer, context.model);
  const load = Object.hasOwn(LAYERS, layer.class_name) ? LAYERS[layer.class_name] : undefined;
  if (!load) throw reader.unsupported(`is none of ${Object.keys(LAYERS).join(', ')}`);
  load(reader, context);
}

const MAX = 2 ** 20;
const whole = z.number().int().positive().max(MAX);
const pair = z.union([z.tuple([whole, whole]), whole.transform((n): [number, number] => [n, n])]);

function window(layer: LayerReader, fallback: [number, number] = [1, 1]) {
  layer.expect('data_format', 'channels_last');
  const [strideH, strideW] = layer.read('strides', pair, fallback);
  const padding = layer.read('padding', z.enum(['same', 'valid']), 'valid').toUpperCase() as Padding;
  const activation: Activation = 'NONE';
  return { padding, strideH, strideW, activation };
}

function dilation(layer: LayerReader) {
  const [dilationH, dilationW] = layer.read('dilation_rate', pair, [1, 1]);
  return { dilationH, dilationW };
}

/** Keras computes a depthwise layer's dilation and tfjs leaves it out, so a file does not say what was trained. */
function expectUndilated(layer: LayerReader): void {
  const { dilationH, dilationW } = dilation(layer);
  if (dilationH === 1 && dilationW === 1) return;
  throw layer.unsupported(`has dilation_rate [${dilationH},${dilationW}], which tfjs computes as 1 and Keras does not`);
}

/** The index of the layer's bias, in a list: empty where it has none. */
function bias(layer: LayerReader, { chain, weights }: LayerContext, size: number): number[] {
  if (!layer.read('use_bias', z.boolean(), true)) return [];
  return [chain.constant(`${layer.name}/bias`, [size], weights.take(layer.name, 'bias', [size]))];
}

function conv2d(layer: LayerReader, context: LayerContext): void {
  const { chain, weights } = context;
  layer.expect('groups', 1);
  const [height, width] = layer.read('kernel_size', pair);
  const filters = layer.read('filters', whole);
  const channels = chain.shape.at(-1)!;
  const kernel = weights.take(layer.name, 'kernel', [height, width, channels, filters]);
  const constant = chain.constant(
    `${layer.name}/kernel`,
    [filters, height, width, channels],
    transposed(kernel, filters),
  );
  const options = { ...window(layer), ...dilation(layer) };
  chain.append('CONV_2D', layer.name, options, [constant, ...bias(layer, context, filters)]);
  activate(layer, chain);
}

function depthwiseConv2d(layer: LayerReader, context: LayerContext): void {
  const { chain, weights } = context;
  expectUndilated(layer);
  const [height, width] = layer.read('kernel_size', pair);
  const depthMultiplier = layer.read('depth_multiplier', whole, 1);
  const channels = chain.shape.at(-1)!;
  const kernel = weights.take(layer.name, 'depthwise_kernel', [height, width, channels, depthMultiplier]);
  const outputs = channels * depthMultiplier;
  const constant = chain.constant(`${layer.name}/kernel`, [1, height, width, outputs], kernel);
  const options = { ...window(layer), dilationH: 1, dilationW: 1, depthMultiplier };
  chain.append('DEPTHWISE_CONV_2D', layer.name, options, [constant, ...bias(layer, context, outputs)]);
  activate(layer, chain);
}

function dense(layer: LayerReader, context: LayerContext): void {
  const { chain, weights } = context;
  const units = layer.read('units', whole);
  const depth = chain.shape.at(-1)!;
  const kernel = transposed(weights.take(layer.name, 'kernel', [depth, units]), units);
  const constant = chain.constant(`${layer.name}/kernel`, [units, depth], kernel);
  const keepNumDims = chain.shape.length > 2;
  const operands = [constant, ...bias(layer, context, units)];
  chain.append('FULLY_CONNECTED', layer.name, { activation: 'NONE', keepNumDims }, operands);
  activate(layer, chain);
}

/** [rest × outputs] → [outputs × rest]: Keras has the output channel last, TFLite first. */
function transposed(values: Float32Array, outputs: number): Float32Array {
  const rest = values.length / outputs;
  return Float32Array.from(values, (_, i) => values[(i % rest) * outputs + Math.floor(i / rest)]!);
}

function batchNormalization(layer: LayerReader, { chain, weights }: LayerContext): void {
  expectLastAxis(layer, chain);
  const channels = chain.shape.at(-1)!;
  const mean = weights.take(layer.name, 'moving_mean', [channels]);
  const variance = weights.take(layer.name, 'moving_variance', [channels]);
  if (variance.some((value) => value < 0)) throw layer.invalid('has a negative moving_variance');
  const optional = (weight: string, there: boolean, otherwise: number) =>
    there ? weights.take(layer.name, weight, [channels]) : new Float32Array(channels).fill(otherwise);
  const gamma = optional('gamma', layer.read('scale', z.boolean(), true), 1);
  const beta = optional('beta', layer.read('center', z.boolean(), true), 0);
  const epsilon = layer.read('epsilon', z.number().nonnegative(), 0.001);
  const parameters = Object.entries({ gamma, beta, moving_mean: mean, moving_variance: variance });
  const constants = parameters.map(([key, data]) => chain.constant(`${layer.name}/${key}`, [channels], data));
  chain.append('BATCH_NORMALIZATION', layer.name, { epsilon }, constants);
}

function expectLastAxis(layer: LayerReader, { shape }: Chain): void {
  const axis = layer.read('axis', z.union([z.number().int(), z.tuple([z.number().int()]).transform(([n]) => n)]), -1);
  if (axis !== -1 && axis !== shape.length - 1) throw layer.unsupported(`has axis ${axis}, and only the last works`);
}

/** The activation that a layer carries in its config. */
function activate(layer: LayerReader, chain: Chain, name = `${layer.name}/activation`): void {
  const kind = layer.read('activation', z.string(), 'linear');
  if (kind === 'linear') return;
  if (kind === 'relu') return chain.append('RELU', name, {});
  if (kind === 'relu6') return chain.append('RELU6', name, {});
  if (kind === 'softmax') return chain.append('SOFTMAX', name, { beta: 1 });
  throw layer.unsupported(`has the activation ${kind}, and the activations are linear, relu, relu6, softmax`);
}

function relu(layer: LayerReader, { chain }: LayerContext): void {
  layer.expect('negative_slope', 0);
  layer.expect('threshold', 0);
  const max = layer.read('max_value', z.number().nullable(), null);
  if (max !== null && max !== 6) throw layer.unsupported(`has max_value ${max}, and only 6 or none works`);
  if (max === 6) chain.append('RELU6', layer.name, {});
  else chain.append('RELU', layer.name, {});
}

function averagePooling2d(layer: LayerReader, { chain }: LayerContext): void {
  const [filterH, filterW] = layer.read('pool_size', pair, [2, 2]);
  chain.append('AVERAGE_POOL_2D', layer.name, { ...window(layer, [filterH, filterW]), filterH, filterW });
}

/** TFLite has no global pool: a window over the whole map, and a reshape to [1, channels]. */
function globalAveragePooling2d(layer: LayerReader, { chain }: LayerContext): void {
  layer.expect('data_format', 'channels_last');
  const [, filterH = 1, filterW = 1, channels = 1] = chain.shape;
  const whole = { padding: 'VALID', strideH: 1, strideW: 1, activation: 'NONE', filterH, filterW } as const;
  chain.append('AVERAGE_POOL_2D', layer.name, whole);
  if (!layer.read('keepdims', z.boolean(), false)) {
    chain.append('RESHAPE', `${layer.name}/flat`, { newShape: [1, channels] });
  }
}

function softmax(layer: LayerReader, { chain }: LayerContext): void {
  expectLastAxis(layer, chain);
  chain.append('SOFTMAX', layer.name, { beta: 1 });
}

function flatten(layer: LayerReader, { chain }: LayerContext): void {
  layer.expect('data_format', 'channels_last');
  chain.append('RESHAPE', layer.name, { newShape: [1, exampleSize(chain.shape)] });
}

function reshape(layer: LayerReader, { chain }: LayerContext): void {
  const target = layer.read('target_shape', z.array(z.number().int().min(-1).max(MAX)).max(6));
  chain.append('RESHAPE', layer.name, { newShape: [1, ...target] });
}
