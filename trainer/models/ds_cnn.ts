// DS-CNN: a convolution, then blocks of depthwise and pointwise convolutions (Zhang et al., "Hello Edge", 2017), as MLPerf Tiny has it.
import { convolution, separable, withClassifier } from './building_blocks.js';
import type { Model, Pair } from './layers.js';

export interface DsCnnSpec {
  kind: 'ds-cnn';
  /** Channels of every convolution; multiples of 8 train fastest. */
  width: number;
  blocks: number;
  /** Kernel of the first convolution, [frames, channels]. */
  kernel: Pair;
  /** Stride of the first convolution, [frames, channels]. */
  stride: Pair;
  /** Behind the first convolution; twice as much in front of the classifier. */
  dropout: number;
}

/** MLPerf Tiny's keyword spotter, for 49 × 10 cepstral coefficients: 24 k parameters, 2.7 M multiply-accumulates. */
export const MLPERF_TINY_KWS: DsCnnSpec = {
  kind: 'ds-cnn',
  width: 64,
  blocks: 4,
  kernel: [10, 4],
  stride: [2, 2],
  dropout: 0.2,
};

/** For 49 × 40 features of the micro front end: the same tensors behind the first convolution, 3.0 M multiply-accumulates. */
export const DEFAULT_MODEL: DsCnnSpec = { ...MLPERF_TINY_KWS, kernel: [10, 8], stride: [2, 8] };

/** The model of a spec for features of [frames, channels]. */
export function dsCnn(
  { width, blocks, kernel, stride, dropout }: DsCnnSpec,
  shape: Pair,
  labels: readonly string[],
): Model {
  const layers = [
    ...convolution('conv', width, kernel, stride),
    { kind: 'dropout' as const, name: 'dropout', rate: dropout },
    ...Array.from({ length: blocks }, (_, i) => separable(`block${i + 1}`, width, [3, 3])).flat(),
  ];
  return withClassifier(layers, dropout, shape, labels);
}
