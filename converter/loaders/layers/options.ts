// The keys that many Keras layers share: sizes of one or two dimensions, padding, data format.
import { z } from 'zod';
import type { Activation, Padding } from '../../graph/graph.js';
import type { LayerContext } from '../layer_context.js';
import type { LayerReader } from '../layer_reader.js';

export const MAX = 2 ** 20;
export const whole = z.number().int().positive().max(MAX);
const natural = z.number().int().nonnegative().max(MAX);

/** [height, width], or one number for both. */
export const pair = z.union([z.tuple([whole, whole]), whole.transform((n): [number, number] => [n, n])]);

/** One number, which Keras may wrap in a list. */
export const single = z.union([whole, z.tuple([whole]).transform(([n]) => n)]);

const edges = z.tuple([natural, natural]);
/** Amounts before and after one dimension. */
export const edges1d = z.union([edges, natural.transform((n): [number, number] => [n, n])]);
/** The same for two dimensions. */
export const edges2d = z.union([
  z.tuple([edges, edges]),
  edges.transform(([h, w]): [[number, number], [number, number]] => [
    [h, h],
    [w, w],
  ]),
  natural.transform((n): [[number, number], [number, number]] => [
    [n, n],
    [n, n],
  ]),
]);

export function channelsLast(layer: LayerReader): void {
  layer.expect('data_format', 'channels_last');
}

export function paddingOf(layer: LayerReader): Padding {
  return layer.read('padding', z.enum(['same', 'valid']), 'valid').toUpperCase() as Padding;
}

export const NO_ACTIVATION: Activation = 'NONE';

/** Padding and strides of a layer with a window over two dimensions. */
export function window2d(layer: LayerReader, fallback: [number, number] = [1, 1]) {
  channelsLast(layer);
  const [strideH, strideW] = layer.read('strides', pair, fallback);
  return { padding: paddingOf(layer), strideH, strideW, activation: NO_ACTIVATION };
}

export function dilation2d(layer: LayerReader) {
  const [dilationH, dilationW] = layer.read('dilation_rate', pair, [1, 1]);
  return { dilationH, dilationW };
}

/** [1, length, channels] as an image of one row, and what `build` makes of it back again. */
export function asImage(context: LayerContext, build: () => void): void {
  const [batch = 1, length = 1, channels = 1] = context.shape;
  context.reshape([batch, 1, length, channels], 'rows');
  build();
  const [, , out = 1, filters = 1] = context.shape;
  context.reshape([batch, out, filters], 'columns');
}

/** The bias under the given name, in a list that is empty where the layer has none. */
export function biasOf(context: LayerContext, size: number): number[] {
  if (!context.layer.read('use_bias', z.boolean(), true)) return [];
  return [context.constant('bias', [size], context.weight('bias', [size]))];
}

/** [rest × outputs] → [outputs × rest]: Keras has the output channel last, TFLite first. */
export function outputsFirst(values: Float32Array, outputs: number): Float32Array {
  const rest = values.length / outputs;
  return Float32Array.from(values, (_, i) => values[(i % rest) * outputs + Math.floor(i / rest)]!);
}
