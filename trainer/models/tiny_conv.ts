// One convolution and a dense layer over all that it gives: TFLite Micro's micro_speech.
import { classifier, convolution } from './building_blocks.js';
import type { Model, Pair } from './layers.js';

export interface TinyConvSpec {
  kind: 'tiny-conv';
  /** Channels of the convolution; its kernel and stride are [frames, channels]. */
  width: number;
  kernel: Pair;
  stride: Pair;
  /** In front of the dense layer. */
  dropout: number;
}

export const DEFAULT_TINY_CONV: TinyConvSpec = {
  kind: 'tiny-conv',
  width: 8,
  kernel: [10, 8],
  stride: [2, 2],
  dropout: 0.5,
};

/** The model of a spec for features of [frames, channels]. */
export function tinyConv(
  { width, kernel, stride, dropout }: TinyConvSpec,
  shape: Pair,
  labels: readonly string[],
): Model {
  const layers = [
    ...convolution('conv', width, kernel, stride),
    { kind: 'dropout' as const, name: 'dropout', rate: dropout },
    { kind: 'flatten' as const, name: 'flatten' },
    ...classifier(labels),
  ];
  return { layers, inputShape: [...shape, 1], labels };
}
