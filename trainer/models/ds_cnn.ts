// DS-CNN: a convolution, then blocks of depthwise and pointwise convolutions (Zhang et al., "Hello Edge", 2017), as MLPerf Tiny has it.
import type { Layer, Model, Pair } from './layers.js';

export interface ModelSpec {
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
export const MLPERF_TINY_KWS: ModelSpec = {
  kind: 'ds-cnn',
  width: 64,
  blocks: 4,
  kernel: [10, 4],
  stride: [2, 2],
  dropout: 0.2,
};

/** For 49 × 40 features of the micro front end: the same tensors behind the first convolution, 3.0 M multiply-accumulates. */
export const DEFAULT_MODEL: ModelSpec = { ...MLPERF_TINY_KWS, kernel: [10, 8], stride: [2, 8] };

const LARGEST_DROPOUT = 0.9;

/** The model of a spec for features of [frames, channels]. */
export function dsCnn(spec: ModelSpec, shape: Pair, labels: readonly string[]): Model {
  const layers: Layer[] = [
    { kind: 'conv2d', name: 'conv', filters: spec.width, kernel: spec.kernel, stride: spec.stride },
    ...normalized('conv'),
    { kind: 'dropout', name: 'dropout', rate: spec.dropout },
    ...Array.from({ length: spec.blocks }, (_, i) => block(i + 1, spec.width)).flat(),
    { kind: 'dropout', name: 'dropout_classifier', rate: Math.min(LARGEST_DROPOUT, 2 * spec.dropout) },
    { kind: 'global-average-pool', name: 'pool' },
    { kind: 'dense', name: 'classifier', units: labels.length },
    { kind: 'softmax', name: 'softmax' },
  ];
  return { layers, inputShape: [...shape, 1], labels };
}

function block(index: number, filters: number): Layer[] {
  const [depthwise, pointwise] = [`block${index}_depthwise`, `block${index}_pointwise`];
  return [
    { kind: 'depthwise-conv2d', name: depthwise, kernel: [3, 3], stride: [1, 1] },
    ...normalized(depthwise),
    { kind: 'conv2d', name: pointwise, filters, kernel: [1, 1], stride: [1, 1] },
    ...normalized(pointwise),
  ];
}

function normalized(name: string): Layer[] {
  return [
    { kind: 'batch-norm', name: `${name}_norm` },
    { kind: 'relu', name: `${name}_relu` },
  ];
}
