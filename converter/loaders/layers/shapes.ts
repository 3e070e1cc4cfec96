// Layers that move values and compute nothing.
import { z } from 'zod';
import { exampleSize } from '../float_graph.js';
import type { LayerContext } from '../layer_context.js';
import { pad } from './convolutions.js';
import { channelsLast, edges1d, edges2d, MAX, pair, single, whole } from './options.js';

export function flatten(context: LayerContext): void {
  channelsLast(context.layer);
  context.reshape([1, exampleSize(context.shape)]);
}

export function reshape(context: LayerContext): void {
  const target = context.layer.read('target_shape', z.array(z.number().int().min(-1).max(MAX)).max(6));
  context.reshape([1, ...target]);
}

/** Keras counts dimensions from 1, as the batch stays first. */
export function permute(context: LayerContext): void {
  const dims = context.layer.read('dims', z.array(whole).min(1).max(6));
  context.append('TRANSPOSE', {}, [context.integers('permutation', [0, ...dims])]);
}

export function zeroPadding1d(context: LayerContext): void {
  const [before, after] = context.layer.read('padding', edges1d, 1);
  pad(context, [0, 0, before, after, 0, 0]);
}

export function zeroPadding2d(context: LayerContext): void {
  channelsLast(context.layer);
  const [[top, bottom], [left, right]] = context.layer.read('padding', edges2d, 1);
  pad(context, [0, 0, top, bottom, left, right, 0, 0]);
}

export function cropping1d(context: LayerContext): void {
  const [before, after] = context.layer.read('cropping', edges1d, 1);
  crop(context, [before], [after]);
}

export function cropping2d(context: LayerContext): void {
  channelsLast(context.layer);
  const [[top, bottom], [left, right]] = context.layer.read('cropping', edges2d, 0);
  crop(context, [top, left], [bottom, right]);
}

/** What is left of the dimensions after the batch. */
function crop(context: LayerContext, before: readonly number[], after: readonly number[]): void {
  const begin = context.shape.map((_, i) => before[i - 1] ?? 0);
  const size = context.shape.map((n, i) => n - begin[i]! - (after[i - 1] ?? 0));
  if (size.some((n) => n < 1)) throw context.layer.invalid('crops everything away');
  context.append('SLICE', {}, [context.integers('begin', begin), context.integers('size', size)]);
}

export function upSampling2d(context: LayerContext): void {
  const { layer } = context;
  channelsLast(layer);
  layer.expect('interpolation', 'nearest');
  const [factorH, factorW] = layer.read('size', pair, [2, 2]);
  const [, height = 1, width = 1] = context.shape;
  const size = context.integers('size', [height * factorH, width * factorW]);
  context.append('RESIZE_NEAREST_NEIGHBOR', { alignCorners: false, halfPixelCenters: false }, [size]);
}

export function upSampling1d(context: LayerContext): void {
  const factor = context.layer.read('size', single, 2);
  const [batch = 1, length = 1, channels = 1] = context.shape;
  context.reshape([batch, 1, length, channels], 'rows');
  const options = { alignCorners: false, halfPixelCenters: false };
  context.append('RESIZE_NEAREST_NEIGHBOR', options, [context.integers('size', [1, length * factor])]);
  context.reshape([batch, length * factor, channels], 'columns');
}

/** [1, n] → [1, times, n]: rows of an image that is resized. */
export function repeatVector(context: LayerContext): void {
  const times = context.layer.read('n', whole);
  const [batch = 1, size = 1] = context.shape;
  context.reshape([batch, 1, 1, size], 'row');
  const options = { alignCorners: false, halfPixelCenters: false };
  context.append('RESIZE_NEAREST_NEIGHBOR', options, [context.integers('size', [times, 1])]);
  context.reshape([batch, times, size], 'rows');
}
