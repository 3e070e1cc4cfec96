// A pyramid of separable convolutions with residuals: fine in frequency at first, coarse and wide at the end (as MobileNet V1 and ResNet).
import { convolution, residual, separable, withClassifier } from './building_blocks.js';
import type { Layer, Model, Pair } from './layers.js';

export interface DsResNetSpec {
  kind: 'ds-resnet';
  /** Channels, kernel and stride of the first convolution; pairs are [frames, channels]. */
  width: number;
  kernel: Pair;
  stride: Pair;
  /** Each begins with a strided block without a residual. */
  stages: readonly { width: number; blocks: number; stride: Pair }[];
  /** Behind each stage but the last; twice as much in front of the classifier. */
  dropout: number;
}

export const DEFAULT_DS_RESNET: DsResNetSpec = {
  kind: 'ds-resnet',
  width: 16,
  kernel: [5, 5],
  stride: [2, 2],
  stages: [
    { width: 32, blocks: 3, stride: [1, 2] },
    { width: 64, blocks: 4, stride: [2, 2] },
  ],
  dropout: 0.05,
};

/** The model of a spec for features of [frames, channels]. */
export function dsResNet(
  { width, kernel, stride, stages, dropout }: DsResNetSpec,
  shape: Pair,
  labels: readonly string[],
): Model {
  const layers = convolution('conv', width, kernel, stride);
  stages.forEach((stage, s) => {
    const name = (block: number) => `stage${s + 1}_block${block + 1}`;
    const add = (block: Layer[]) => layers.push(...block);
    if (s > 0) add([{ kind: 'dropout', name: `stage${s + 1}_dropout`, rate: dropout }]);
    add(separable(name(0), stage.width, [3, 3], stage.stride));
    for (let i = 1; i < stage.blocks; i++) add(residual(name(i), layers.at(-1)!.name, stage.width, [3, 3]));
  });
  return withClassifier(layers, dropout, shape, labels);
}
