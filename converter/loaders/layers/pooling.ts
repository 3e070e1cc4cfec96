// Pools over windows and over everything.
import { z } from 'zod';
import type { LayerContext } from '../layer_context.js';
import { asImage, channelsLast, NO_ACTIVATION, pair, paddingOf, single, window2d } from './options.js';

type PoolOpcode = 'AVERAGE_POOL_2D' | 'MAX_POOL_2D';

export function pool2d(opcode: PoolOpcode): (context: LayerContext) => void {
  return (context) => {
    const [filterH, filterW] = context.layer.read('pool_size', pair, [2, 2]);
    context.append(opcode, { ...window2d(context.layer, [filterH, filterW]), filterH, filterW });
  };
}

export function pool1d(opcode: PoolOpcode): (context: LayerContext) => void {
  return (context) => {
    const { layer } = context;
    channelsLast(layer);
    const filterW = layer.read('pool_size', single, 2);
    const strideW = layer.read('strides', single, filterW);
    const window = { padding: paddingOf(layer), strideH: 1, strideW, activation: NO_ACTIVATION };
    asImage(context, () => context.append(opcode, { ...window, filterH: 1, filterW }));
  };
}

/** TFLite has no global pool: a window over the whole map, and a reshape to [1, channels]. */
export function globalAveragePooling2d(context: LayerContext): void {
  channelsLast(context.layer);
  const [batch = 1, filterH = 1, filterW = 1, channels = 1] = context.shape;
  const options = { padding: 'VALID', strideH: 1, strideW: 1, activation: NO_ACTIVATION, filterH, filterW } as const;
  context.append('AVERAGE_POOL_2D', options);
  if (!keepsDims(context)) context.reshape([batch, channels], 'flat');
}

/** All but the batch and the channels become one. */
export function globalPool(opcode: 'MEAN' | 'REDUCE_MAX'): (context: LayerContext) => void {
  return (context) => {
    channelsLast(context.layer);
    const axes = context.shape.slice(1, -1).map((_, i) => i + 1);
    context.append(opcode, { keepDims: keepsDims(context) }, [context.integers('axes', axes)]);
  };
}

function keepsDims({ layer }: LayerContext): boolean {
  return layer.read('keepdims', z.boolean(), false);
}
