// Layers of SVDF (Alvarez and Park, 2019), for a stream: each reduces a frame to one number a channel and weighs the last of those by their
// age. It is trained on windows; on the device it takes one new frame at a time and remembers the rest.
import { classifier, normalized } from './building_blocks.js';
import type { Layer, Model, Pair } from './layers.js';

export interface SvdfStreamSpec {
  kind: 'svdf-stream';
  /** Channels of every layer. */
  width: number;
  blocks: number;
  /** Frames that a channel remembers: all blocks together see blocks × (memory − 1) + 1. */
  memory: number;
  /** In front of the classifier. */
  dropout: number;
}

export const DEFAULT_SVDF_STREAM: SvdfStreamSpec = {
  kind: 'svdf-stream',
  width: 64,
  blocks: 6,
  memory: 9,
  dropout: 0.1,
};

/** The model of a spec for features of [frames, channels]; its answer is that of the last frame. */
export function svdfStream(
  { width, blocks, memory, dropout }: SvdfStreamSpec,
  shape: Pair,
  labels: readonly string[],
): Model {
  const layers: Layer[] = [];
  for (let i = 1; i <= blocks; i++) {
    const kernel: Pair = [1, i === 1 ? shape[1] : 1];
    const time = `block${i}_time`;
    layers.push(
      { kind: 'conv2d', name: `block${i}_feature`, filters: width, kernel, stride: kernel },
      { kind: 'depthwise-conv2d', name: time, kernel: [memory, 1], stride: [1, 1], causal: true },
      ...normalized(time),
    );
  }
  const end: Layer[] = [
    { kind: 'last-row', name: 'newest' },
    { kind: 'dropout', name: 'dropout', rate: dropout },
  ];
  return { layers: [...layers, ...end, ...classifier(labels)], inputShape: [...shape, 1], labels };
}
