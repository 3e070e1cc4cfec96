// What the architectures have in common: normalized convolutions, separable ones, and the classifier at the end.
import type { Layer, Model, Pair } from './layers.js';

const LARGEST_DROPOUT = 0.9;

/** A convolution, batch normalization, ReLU. */
export function convolution(name: string, filters: number, kernel: Pair, stride: Pair = [1, 1]): Layer[] {
  return [{ kind: 'conv2d', name, filters, kernel, stride }, ...normalized(name)];
}

/** A depthwise convolution and a pointwise one, each with batch normalization and ReLU. */
export function separable(block: string, filters: number, kernel: Pair, stride: Pair = [1, 1]): Layer[] {
  const depthwise = `${block}_depthwise`;
  return [
    { kind: 'depthwise-conv2d', name: depthwise, kernel, stride },
    ...normalized(depthwise),
    ...convolution(`${block}_pointwise`, filters, [1, 1]),
  ];
}

/** A separable convolution whose result is added to its input, the ReLU behind the sum (He et al., 2016). @param from the layer before it */
export function residual(block: string, from: string, filters: number, kernel: Pair): Layer[] {
  const layers = separable(block, filters, kernel);
  return [
    ...layers.slice(0, -1),
    { kind: 'add', name: `${block}_add`, other: from },
    { kind: 'relu', name: `${block}_relu` },
  ];
}

export function normalized(name: string): Layer[] {
  return [
    { kind: 'batch-norm', name: `${name}_norm` },
    { kind: 'relu', name: `${name}_relu` },
  ];
}

/** Dropout of twice the rate, then the mean over time and frequency, and a dense layer with softmax. */
export function withClassifier(
  layers: readonly Layer[],
  dropout: number,
  shape: Pair,
  labels: readonly string[],
): Model {
  const rate = Math.min(LARGEST_DROPOUT, 2 * dropout);
  const end: Layer[] = [
    { kind: 'dropout', name: 'dropout_classifier', rate },
    { kind: 'global-average-pool', name: 'pool' },
    ...classifier(labels),
  ];
  return { layers: [...layers, ...end], inputShape: [...shape, 1], labels };
}

export function classifier(labels: readonly string[]): Layer[] {
  return [
    { kind: 'dense', name: 'classifier', units: labels.length },
    { kind: 'softmax', name: 'softmax' },
  ];
}
