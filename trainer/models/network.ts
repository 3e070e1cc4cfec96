// Runs a model's layers as tfjs operations: as it trains, and as it infers.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../base/random.js';
import { batchNorm } from '../backends/batch_norm.js';
import { BATCH_NORM_EPSILON, type Layer, type Model } from './layers.js';

/** Tensors of a model's parameters by name. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** How the layers that differ between training and inference behave. */
interface Behaviour {
  normalize(layer: Layer, x: tf.Tensor4D, relu: boolean): tf.Tensor;
  drop(x: tf.Tensor, rate: number): tf.Tensor;
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
  return run(model, weights, x, {
    normalize({ name }, input, relu) {
      const inputs = { x: input, gamma: weights[`${name}/gamma`]!, beta: weights[`${name}/beta`]! };
      const { y, mean, variance } = batchNorm(inputs, { epsilon: BATCH_NORM_EPSILON, relu });
      onMoments(mean, variance);
      return y;
    },
    drop: (input, rate) => (rate > 0 ? tf.mul(input, dropoutMask(input.shape, rate, random)) : input),
  });
}

/** The logits of a batch as it infers: normalized by the running statistics. Shapes as in `trainingLogits`. */
export function inferenceLogits(model: Model, weights: Tensors, statistics: Tensors, x: tf.Tensor4D): tf.Tensor2D {
  return run(model, weights, x, {
    normalize({ name }, input, relu) {
      const variance = tf.add(statistics[`${name}/moving_variance`]!, BATCH_NORM_EPSILON);
      const scale = tf.mul(weights[`${name}/gamma`]!, tf.rsqrt(variance));
      const offset = tf.sub(weights[`${name}/beta`]!, tf.mul(statistics[`${name}/moving_mean`]!, scale));
      const y = tf.add(tf.mul(input, scale), offset);
      return relu ? tf.relu(y) : y;
    },
    drop: (input) => input,
  });
}

function run(model: Model, weights: Tensors, x: tf.Tensor4D, behaviour: Behaviour): tf.Tensor2D {
  let value: tf.Tensor = x;
  model.layers.forEach((layer, i) => {
    const fusedRelu = layer.kind === 'relu' && model.layers[i - 1]?.kind === 'batch-norm';
    if (!fusedRelu) value = apply(layer, model.layers[i + 1], value, weights, behaviour);
  });
  return value as tf.Tensor2D;
}

function apply(layer: Layer, next: Layer | undefined, x: tf.Tensor, weights: Tensors, behaviour: Behaviour): tf.Tensor {
  switch (layer.kind) {
    case 'conv2d':
      return tf.conv2d(x as tf.Tensor4D, weights[`${layer.name}/kernel`] as tf.Tensor4D, [...layer.stride], 'same');
    case 'depthwise-conv2d': {
      const filter = weights[`${layer.name}/depthwise_kernel`] as tf.Tensor4D;
      return tf.depthwiseConv2d(x as tf.Tensor4D, filter, [...layer.stride], 'same');
    }
    case 'batch-norm':
      return behaviour.normalize(layer, x as tf.Tensor4D, next?.kind === 'relu');
    case 'dropout':
      return behaviour.drop(x, layer.rate);
    case 'global-average-pool':
      return globalAverage(x as tf.Tensor4D);
    case 'dense': {
      const product = tf.matMul(x as tf.Tensor2D, weights[`${layer.name}/kernel`] as tf.Tensor2D);
      return tf.add(product, weights[`${layer.name}/bias`]!);
    }
    case 'relu':
      return tf.relu(x);
    case 'softmax':
      return x; // The loss, or whoever asks for scores, takes the logits.
  }
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
