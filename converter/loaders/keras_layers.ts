// Keras' layers as ops of a graph: one small function for each class.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import type { Activation, Padding } from '../graph/graph.js';
import { exampleSize, type Chain } from './chain.js';
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
  Softmax: (layer, { chain }) => chain.append('SOFTMAX', layer.name, { beta: 1 }),
  AveragePooling2D: averagePooling2d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  Flatten: (layer, { chain }) => chain.append('RESHAPE', layer.name, { newShape: [1, exampleSize(chain.shape)] }),
  Reshape: reshape,
  Dense: dense,
};

/** @throws KilnError `layer-unsupported`, `layer-invalid`, `weights-invalid` that name the layer. */
export function loadLayer(layer: KerasLayer, context: LayerContext): void {
  const reader = new LayerReader(layer, context.model);
  const load = Object.hasOwn(LAYERS, layer.class_name) ? LAYERS[layer.class_name] : undefined;
  if (!load) throw reader.unsupported(`is a ${layer.class_name}, and the layers are ${Object.keys(LAYERS).join(', ')}`);
  load(reader, context);
}

const MAX = 2 ** 20;
const whole = z.number().int().positive().max(MAX);
const pair = z.union([z.tuple([whole, whole]), whole.transform((n): [number, number] => [n, n])]);

/** A layer's config, one checked key at a time. */
export class LayerReader {
  readonly name: string;

  constructor(
    private readonly layer: KerasLayer,
    private readonly model: string,
  ) {
    this.name = String(layer.config['name'] ?? layer.class_name).slice(0, 200);
  }

  /** @throws KilnError `layer-invalid` where the value does not fit the schema */
  read<S extends z.ZodType>(key: string, schema: S, fallback?: z.input<S>): z.output<S> {
    const value = Object.hasOwn(this.layer.config, key) ? this.layer.config[key] : undefined;
    const parsed = schema.safeParse(value ?? fallback);
    if (parsed.success) return parsed.data;
    const shown = (JSON.stringify(value) ?? 'missing').slice(0, 60);
    const what = `its ${key} is ${shown}: ${parsed.error.issues[0]!.message}`;
    throw new KilnError('layer-invalid', { where: this.where, what, todo: 'Save the model again.' });
  }

  unsupported(what: string): KilnError {
    const todo = 'Build the model without it, or give a .tflite file.';
    return new KilnError('layer-unsupported', { where: this.where, what, todo });
  }

  /** Refuses a config that asks for something that no op here does. */
  expect(key: string, allowed: unknown, fallback: unknown = allowed): void {
    const found = this.read(key, z.unknown(), fallback);
    if (JSON.stringify(found) === JSON.stringify(allowed)) return;
    throw this.unsupported(
      `has ${key} ${JSON.stringify(found).slice(0, 60)}, and only ${JSON.stringify(allowed)} works`,
    );
  }

  private get where(): string {
    return `${this.model}, layer "${this.name}"`;
  }
}

function window(layer: LayerReader, fallback: [number, number] = [1, 1]) {
  layer.expect('data_format', 'channels_last');
  const [strideH, strideW] = layer.read('strides', pair, fallback);
  const padding = layer.read('padding', z.enum(['same', 'valid']), 'valid').toUpperCase() as Padding;
  const activation: Activation = 'NONE';
  return { padding, strideH, strideW, activation };
}

function dilated(layer: LayerReader) {
  const [dilationH, dilationW] = layer.read('dilation_rate', pair, [1, 1]);
  return { ...window(layer), dilationH, dilationW };
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
  chain.append('CONV_2D', layer.name, dilated(layer), [constant, ...bias(layer, context, filters)]);
  activate(layer, chain);
}

function depthwiseConv2d(layer: LayerReader, context: LayerContext): void {
  const { chain, weights } = context;
  const [height, width] = layer.read('kernel_size', pair);
  const depthMultiplier = layer.read('depth_multiplier', whole, 1);
  const channels = chain.shape.at(-1)!;
  const kernel = weights.take(layer.name, 'depthwise_kernel', [height, width, channels, depthMultiplier]);
  const outputs = channels * depthMultiplier;
  const constant = chain.constant(`${layer.name}/kernel`, [1, height, width, outputs], kernel);
  const options = { ...dilated(layer), depthMultiplier };
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
  const last = chain.shape.length - 1;
  const axis = layer.read('axis', z.union([z.number().int(), z.tuple([z.number().int()]).transform(([n]) => n)]), -1);
  if (axis !== -1 && axis !== last) throw layer.unsupported(`normalizes axis ${axis}, and only the last works`);
  const channels = chain.shape.at(-1)!;
  const parameter = (weight: string, there: boolean, otherwise: number) => {
    const values = there ? weights.take(layer.name, weight, [channels]) : new Float32Array(channels).fill(otherwise);
    return chain.constant(`${layer.name}/${weight}`, [channels], values);
  };
  const epsilon = layer.read('epsilon', z.number().nonnegative(), 0.001);
  chain.append('BATCH_NORMALIZATION', layer.name, { epsilon }, [
    parameter('gamma', layer.read('scale', z.boolean(), true), 1),
    parameter('beta', layer.read('center', z.boolean(), true), 0),
    parameter('moving_mean', true, 0),
    parameter('moving_variance', true, 1),
  ]);
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

function reshape(layer: LayerReader, { chain }: LayerContext): void {
  const target = layer.read('target_shape', z.array(z.number().int().min(-1).max(MAX)).max(6));
  chain.append('RESHAPE', layer.name, { newShape: [1, ...target] });
}
