// Runs a model's layers as tfjs operations: as it trains, as it infers, or as it is told.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../base/random.js';
import { batchNorm } from '../backends/batch_norm.js';
import { BATCH_NORM_EPSILON, type Layer, type Model } from './layers.js';
import { kernelName, type WeightedLayer } from './parameters.js';

/** Tensors of a model's parameters by name. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** How the layers behave that are not always the same. */
export interface Behaviour {
  /** What a layer multiplies with. @param norm the batch normalization behind it */
  kernel(layer: WeightedLayer, norm: Layer | undefined): tf.Tensor;
  /** @param before the layer with weights that gave x. @param relu whether a ReLU follows, which is then part of it */
  normalize(layer: Layer, before: Layer, x: tf.Tensor4D, relu: boolean): tf.Tensor;
  drop(x: tf.Tensor, rate: number): tf.Tensor;
  /** What a layer that no batch normalization follows hands on. @param relu whether a ReLU follows, which is then part of it */
  finish(layer: Layer, x: tf.Tensor, relu: boolean): tf.Tensor;
}

/**
 * The logits of a batch as it trains: normalized by the batch's own moments, with dropout.
 * @param x [batch, height, width, channels]
 * @param onMoments given each batch normalization's mean and variance, in the order of the layers
 * @param random draws the dropout masks
 * @returns [batch, classes], before softmax
 */
export function trainingLogits(
  model: Model,
  weights: Tensors,
  x: tf.Tensor4D,
  onMoments: (mean: tf.Tensor1D, variance: tf.Tensor1D) => void,
  random: Random,
): tf.Tensor2D {
  return runLayers(model, weights, x, {
    ...plain(weights),
    normalize({ name }, _before, input, relu) {
      const inputs = { x: input, gamma: weights[`${name}/gamma`]!, beta: weights[`${name}/beta`]! };
      const { y, mean, variance } = batchNorm(inputs, { epsilon: BATCH_NORM_EPSILON, relu });
      onMoments(mean, variance);
      return y;
    },
    drop: (input, rate) => dropout(input, rate, random),
  });
}

/** The logits of a batch as it infers: normalized by the running statistics. Shapes as in `trainingLogits`. */
export function inferenceLogits(model: Model, weights: Tensors, statistics: Tensors, x: tf.Tensor4D): tf.Tensor2D {
  return runLayers(model, weights, x, {
    ...plain(weights),
    normalize({ name }, _before, input, relu) {
      const variance = tf.add(statistics[`${name}/moving_variance`]!, BATCH_NORM_EPSILON);
      const scale = tf.mul(weights[`${name}/gamma`]!, tf.rsqrt(variance));
      const offset = tf.sub(weights[`${name}/beta`]!, tf.mul(statistics[`${name}/moving_mean`]!, scale));
      const y = tf.add(tf.mul(input, scale), offset);
      return relu ? tf.relu(y) : y;
    },
    drop: (input) => input,
  });
}

/** Kernels and outputs as they are. */
function plain(weights: Tensors): Pick<Behaviour, 'kernel' | 'finish'> {
  return { kernel: (layer) => weights[kernelName(layer)]!, finish: (_layer, x, relu) => (relu ? tf.relu(x) : x) };
}

/** @returns [batch, classes], before softmax */
export function runLayers(model: Model, weights: Tensors, x: tf.Tensor4D, behaviour: Behaviour): tf.Tensor2D {
  const values = new Map<string, tf.Tensor>();
  let value: tf.Tensor = x;
  model.layers.forEach((layer, i) => {
    const [before, after] = [model.layers[i - 1], model.layers[i + 1]];
    const fusedRelu = layer.kind === 'relu' && (before?.kind === 'batch-norm' || before?.kind === 'add');
    if (!fusedRelu) value = apply({ layer, before, after, values }, value, weights, behaviour);
    values.set(layer.name, value);
  });
  return value as tf.Tensor2D;
}

interface Place {
  layer: Layer;
  before: Layer | undefined;
  after: Layer | undefined;
  /** What the layers before gave, by name. */
  values: ReadonlyMap<string, tf.Tensor>;
}

function apply(
  { layer, before, after, values }: Place,
  x: tf.Tensor,
  weights: Tensors,
  behaviour: Behaviour,
): tf.Tensor {
  switch (layer.kind) {
    case 'conv2d': {
      const norm = after?.kind === 'batch-norm' ? after : undefined;
      const filter = behaviour.kernel(layer, norm) as tf.Tensor4D;
      const y = tf.conv2d(x as tf.Tensor4D, filter, [...layer.stride], 'same');
      return norm ? y : behaviour.finish(layer, y, false);
    }
    case 'depthwise-conv2d': {
      const filter = behaviour.kernel(layer, after) as tf.Tensor4D;
      if (!layer.causal) return tf.depthwiseConv2d(x as tf.Tensor4D, filter, [...layer.stride], 'same');
      return tf.depthwiseConv2d(rowsBefore(x as tf.Tensor4D, layer.kernel[0] - 1), filter, [...layer.stride], 'valid');
    }
    case 'batch-norm':
      return behaviour.normalize(layer, before!, x as tf.Tensor4D, after?.kind === 'relu');
    case 'dropout':
      return behaviour.drop(x, layer.rate);
    case 'add':
      return behaviour.finish(layer, tf.add(values.get(layer.other)!, x), after?.kind === 'relu');
    case 'flatten':
      return tf.reshape(x, [x.shape[0], -1]);
    case 'last-row':
      return lastRow(x as tf.Tensor4D);
    case 'global-average-pool':
      return behaviour.finish(layer, globalAverage(x as tf.Tensor4D), false);
    case 'dense': {
      const product = tf.matMul(x as tf.Tensor2D, behaviour.kernel(layer, undefined) as tf.Tensor2D);
      return behaviour.finish(layer, tf.add(product, weights[`${layer.name}/bias`]!), false);
    }
    case 'relu':
      return tf.relu(x);
    case 'softmax':
      return x; // The loss, or whoever asks for scores, takes the logits.
  }
}

/** Rows of zeros before the first. */
function rowsBefore(x: tf.Tensor4D, rows: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const size = width * channels;
  const flat = (tensor: tf.Tensor, height: number) => tf.reshape(tensor, [batch, height * size]);
  const operation = tf.customGrad((input) => ({
    value: tf.reshape(tf.concat([tf.zeros([batch, rows * size]), flat(input as tf.Tensor4D, height)], 1), [
      batch,
      rows + height,
      width,
      channels,
    ]),
    gradFunc: (dy: tf.Tensor) => tf.reshape(tf.slice(flat(dy, rows + height), [0, rows * size]), x.shape),
  }));
  return operation(x) as tf.Tensor4D;
}

function lastRow(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const size = width * channels;
  const flat = (rows: number) => [batch, rows * size] as [number, number];
  const operation = tf.customGrad((input) => ({
    value: tf.slice(tf.reshape(input as tf.Tensor4D, flat(height)), [0, (height - 1) * size], [batch, size]),
    gradFunc: (dy: tf.Tensor) =>
      tf.reshape(tf.concat([tf.zeros(flat(height - 1)), tf.reshape(dy, flat(1))], 1), x.shape),
  }));
  return operation(x) as tf.Tensor2D;
}

/** Its gradient is a broadcast, which every backend does faster than its gradient of average pooling. */
function globalAverage(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const operation = tf.customGrad((input) => ({
    value: tf.reshape(tf.avgPool(input as tf.Tensor4D, [height, width], 1, 'valid'), [batch, channels]),
    gradFunc: (dy: tf.Tensor) =>
      tf.mul(tf.fill(x.shape, 1 / (height * width)), tf.reshape(dy, [batch, 1, 1, channels])),
  }));
  return operation(x) as tf.Tensor2D;
}

/** As dropout changes it in training. @param random draws the mask */
export function dropout(x: tf.Tensor, rate: number, random: Random): tf.Tensor {
  return rate > 0 ? tf.mul(x, dropoutMask(x.shape, rate, random)) : x;
}

/** Zeros with the probability `rate` (in steps of 1/256), elsewhere what keeps the expectation; four elements to a random number. */
function dropoutMask(shape: number[], rate: number, random: Random): tf.Tensor {
  const dropped = Math.round(256 * rate);
  const kept = 256 / (256 - dropped);
  const size = tf.util.sizeFromShape(shape);
  const mask = new Float32Array(Math.ceil(size / 4) * 4);
  for (let i = 0; i < mask.length; i += 4) {
    const bits = random.uint32();
    mask[i] = (bits & 255) < dropped ? 0 : kept;
    mask[i + 1] = ((bits >>> 8) & 255) < dropped ? 0 : kept;
    mask[i + 2] = ((bits >>> 16) & 255) < dropped ? 0 : kept;
    mask[i + 3] = bits >>> 24 < dropped ? 0 : kept;
  }
  return tf.tensor(mask.subarray(0, size), shape);
}
