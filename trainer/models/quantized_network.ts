// Runs a model's layers as the int8 model will: normalization folded, weights and activations rounded to int8's grid, with gradients.
import * as tf from '@tensorflow/tfjs-core';
import type { ValueRange } from '../../base/int8_grid.js';
import type { Random } from '../../base/random.js';
import { quantizedActivation } from '../backends/quantized_activation.js';
import { foldBias, foldKernel, type Statistics } from './fold.js';
import type { Layer, Model } from './layers.js';
import { dropout, runLayers, type Tensors } from './network.js';
import { kernelName, layoutOf, slice, type Parameter, type ParameterLayout } from './parameters.js';
import { quantizedWeights } from './quantized_weights.js';

/** What is not trained. */
export interface QuantizedState {
  /** Batch normalization's running statistics, as `layoutOf` lays them out. */
  statistics: Float32Array;
  /** The activations' ranges, as `quantizedLayoutOf` lays them out. */
  ranges: Float32Array;
}

/** How it differs where it trains. */
export interface QuantizedTraining {
  /** Given the smallest and the largest value of what each layer gives, before it is rounded: in the order of the layout. */
  onRange(observed: Float32Array): void;
  /** Draws the dropout masks. */
  random: Random;
}

/** As `layoutOf`, but the running statistics are the range, [min, max], of each layer whose scale the converter is free to choose. */
export function quantizedLayoutOf(model: Model): ParameterLayout {
  const { weights, weightCount } = layoutOf(model);
  const statistics = model.layers.filter(hasRange).map(({ name }, i): Parameter => {
    return { name: `${name}/range`, shape: [2], offset: 2 * i, size: 2, initial: 0 };
  });
  return { weights, weightCount, statistics, statisticCount: 2 * statistics.length };
}

/** Where no batch normalization follows, the layer's own output; where one does, what it gives, as the two become one. */
function hasRange({ kind }: Layer): boolean {
  return ['conv2d', 'depthwise-conv2d', 'add', 'dense', 'global-average-pool'].includes(kind);
}

/** The ranges by layer, as the converter takes them. */
export function rangesByLayer(model: Model, ranges: Float32Array): Record<string, ValueRange> {
  const layers = model.layers.filter(hasRange);
  return Object.fromEntries(layers.map(({ name }, i) => [name, { min: ranges[2 * i]!, max: ranges[2 * i + 1]! }]));
}

/**
 * The logits of a batch, as int8 will give them but for the rounding of biases and sums.
 * @param x [batch, height, width, channels]: features as int8 holds them
 * @param training left out: without dropout
 * @returns [batch, classes], before softmax
 */
export function quantizedLogits(
  model: Model,
  weights: Tensors,
  { statistics, ranges }: QuantizedState,
  x: tf.Tensor4D,
  training?: QuantizedTraining,
): tf.Tensor2D {
  const frozen = statisticsByLayer(model, statistics);
  const byLayer = rangesByLayer(model, ranges);
  const of = (norm: Layer, parameter: 'gamma' | 'beta') => weights[`${norm.name}/${parameter}`]!;
  const handOn = ({ name }: Layer, input: tf.Tensor, bias: tf.Tensor, relu: boolean) => {
    const { y, observed } = quantizedActivation({ x: input, bias }, relu, byLayer[name]!);
    training?.onRange(observed.dataSync<'float32'>());
    return y;
  };
  return runLayers(model, weights, x, {
    kernel(layer, norm) {
      const kernel = weights[kernelName(layer)]!;
      if (!norm) return quantizedWeights(kernel, 1);
      const folded = foldKernel(kernel, of(norm, 'gamma'), frozen[norm.name]!);
      return quantizedWeights(folded, of(norm, 'gamma').size);
    },
    normalize(norm, before, input, relu) {
      const bias = foldBias(of(norm, 'gamma'), of(norm, 'beta'), frozen[norm.name]!);
      return handOn(before, input, bias, relu);
    },
    drop: (input, rate) => (training ? dropout(input, rate, training.random) : input),
    finish: (layer, input, relu) => handOn(layer, input, tf.zeros([input.shape.at(-1)!]), relu),
  });
}

function statisticsByLayer(model: Model, statistics: Float32Array): Record<string, Statistics> {
  const parts = new Map(layoutOf(model).statistics.map((parameter) => [parameter.name, slice(statistics, parameter)]));
  const norms = model.layers.filter(({ kind }) => kind === 'batch-norm');
  return Object.fromEntries(
    norms.map(({ name }) => [
      name,
      { mean: parts.get(`${name}/moving_mean`)!, variance: parts.get(`${name}/moving_variance`)! },
    ]),
  );
}
