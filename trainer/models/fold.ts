// Batch normalization with frozen statistics as part of the layer before it, the way the converter folds it; differentiable.
// Computed on plain arrays, in double and rounded once as in the converter: a weight next to the middle of two steps falls to the same side.
import * as tf from '@tensorflow/tfjs-core';
import { BATCH_NORM_EPSILON } from './layers.js';

/** The statistics of one batch normalization, a value for each channel. */
export interface Statistics {
  mean: Float32Array;
  variance: Float32Array;
}

/**
 * kernel × gamma / √(variance + ε).
 * @param kernel whose innermost index counts output channels: any but a depthwise one of a multiplier above 1
 */
export function foldKernel(kernel: tf.Tensor, gamma: tf.Tensor, { variance }: Statistics): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [weights, gammas] = (inputs as tf.Tensor[]).slice(0, 2).map((tensor) => tensor.dataSync<'float32'>());
    const channels = gammas!.length;
    const deviations = deviationsOf(variance);
    const factors = Array.from(gammas!, (g, c) => g / deviations[c]!);
    const gradFunc = (dy: tf.Tensor) => {
      const gradient = dy.dataSync<'float32'>();
      const dgamma = new Float64Array(channels);
      gradient.forEach((g, i) => (dgamma[i % channels]! += (g * weights![i]!) / deviations[i % channels]!));
      const dkernel = gradient.map((g, i) => g * factors[i % channels]!);
      return [tf.tensor(dkernel, kernel.shape), tf.tensor1d(Float32Array.from(dgamma))];
    };
    const folded = weights!.map((w, i) => w * factors[i % channels]!);
    return { value: tf.tensor(folded, kernel.shape), gradFunc };
  });
  return operation(kernel, gamma);
}

/** beta − mean × gamma / √(variance + ε), of a layer without a bias of its own. */
export function foldBias(gamma: tf.Tensor, beta: tf.Tensor, { mean, variance }: Statistics): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [gammas, betas] = (inputs as tf.Tensor[]).slice(0, 2).map((tensor) => tensor.dataSync<'float32'>());
    const deviations = deviationsOf(variance);
    const gradFunc = (dy: tf.Tensor) => {
      const dgamma = dy.dataSync<'float32'>().map((g, c) => (-g * mean[c]!) / deviations[c]!);
      return [tf.tensor1d(dgamma), dy];
    };
    const folded = betas!.map((b, c) => b - (gammas![c]! / deviations[c]!) * mean[c]!);
    return { value: tf.tensor1d(folded), gradFunc };
  });
  return operation(gamma, beta);
}

function deviationsOf(variance: Float32Array): Float64Array {
  return Float64Array.from(variance, (v) => Math.sqrt(v + BATCH_NORM_EPSILON));
}
