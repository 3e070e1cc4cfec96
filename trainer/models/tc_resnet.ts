// Temporal convolutions with residuals: a frame's features are channels from the start (TC-ResNet, Choi et al., 2019), here separable.
import { convolution, residual, withClassifier } from './building_blocks.js';
import type { Model, Pair } from './layers.js';

export interface TcResNetSpec {
  kind: 'tc-resnet';
  /** Channels of every convolution. */
  width: number;
  blocks: number;
  /** Frames under the first convolution, and under each block's. */
  frames: Pair;
  /** Frames from one step of the first convolution to the next. */
  step: number;
  /** Behind the first convolution; twice as much in front of the classifier. */
  dropout: number;
}

export const DEFAULT_TC_RESNET: TcResNetSpec = {
  kind: 'tc-resnet',
  width: 64,
  blocks: 6,
  frames: [5, 9],
  step: 2,
  dropout: 0.1,
};

/** The model of a spec for features of [frames, channels]. */
export function tcResNet(
  { width, blocks, frames, step, dropout }: TcResNetSpec,
  shape: Pair,
  labels: readonly string[],
): Model {
  const layers = convolution('conv', width, [frames[0], shape[1]], [step, shape[1]]);
  layers.push({ kind: 'dropout', name: 'dropout', rate: dropout });
  for (let i = 1; i <= blocks; i++) layers.push(...residual(`block${i}`, layers.at(-1)!.name, width, [frames[1], 1]));
  return withClassifier(layers, dropout, shape, labels);
}
