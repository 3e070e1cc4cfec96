// Weights rounded to the int8 grid that the converter will put them on, still as floats; the gradient goes straight through.
import * as tf from '@tensorflow/tfjs-core';
import { quantizeWeight, weightScale } from '../../base/int8_grid.js';

/**
 * Weights on the symmetric grid of each channel. No gradient is lost: the largest weight is the end of the grid.
 * @param channels how many scales; the innermost index counts them. 1 gives all weights the same
 */
export function quantizedWeights(weights: tf.Tensor, channels: number): tf.Tensor {
  const operation = tf.customGrad((input) => {
    const values = (input as tf.Tensor).dataSync<'float32'>();
    const largest = new Float64Array(channels);
    values.forEach((w, i) => (largest[i % channels] = Math.max(largest[i % channels]!, Math.abs(w))));
    const scales = Array.from(largest, (value) => weightScale(value));
    const rounded = values.map((w, i) => scales[i % channels]! * quantizeWeight(w, scales[i % channels]!));
    return { value: tf.tensor(rounded, weights.shape), gradFunc: (dy: tf.Tensor) => dy };
  });
  return operation(weights);
}
