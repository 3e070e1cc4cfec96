// Fake quantization: values rounded to the int8 grid that the converter will put them on, still as floats. Their gradient goes straight
// through (Bengio et al. 2013, arXiv:1308.3432): as if nothing were rounded, and zero where a value lies outside the grid.
import * as tf from '@tensorflow/tfjs-core';
import {
  activationGrid,
  INT8_MAX,
  INT8_MIN,
  quantizeActivation,
  quantizeWeight,
  weightScale,
  type ValueRange,
} from '../../base/int8_grid.js';

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

export interface Activation {
  /** Of each channel, added before all else. */
  bias?: tf.Tensor;
  relu: boolean;
  /** What the grid covers; one without width is not known yet, and leaves the values as they are. */
  range: ValueRange;
  /** Told the smallest and largest value before rounding, zero among them. */
  onRange?: ((observed: ValueRange) => void) | undefined;
}

/** x + bias, through a ReLU or not, on the asymmetric grid of a range; differentiable in x and bias. */
export function quantizedActivation(x: tf.Tensor, { bias, relu, range, onRange }: Activation): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const values = (inputs[0] as tf.Tensor).dataSync<'float32'>().slice();
    if (bias) addToChannels(values, bias.dataSync<'float32'>());
    onRange?.(rangeOf(values, relu));
    const passing = roundToGrid(values, relu, range);
    const gradFunc = (dy: tf.Tensor) => {
      const gradient = dy.dataSync<'float32'>().slice();
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= passing[i]!;
      const dx = tf.tensor(gradient, x.shape);
      return bias ? [dx, tf.tensor1d(channelSums(gradient, bias.size))] : [dx];
    };
    return { value: tf.tensor(values, x.shape), gradFunc };
  });
  return bias ? operation(x, bias) : operation(x);
}

function addToChannels(values: Float32Array, bias: Float32Array): void {
  for (let row = 0; row < values.length; row += bias.length) {
    for (let c = 0; c < bias.length; c++) values[row + c]! += bias[c]!;
  }
}

function channelSums(values: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (let row = 0; row < values.length; row += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += values[row + c]!;
  }
  return Float32Array.from(sums);
}

function rangeOf(values: Float32Array, relu: boolean): ValueRange {
  let [min, max] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  return { min: relu ? 0 : min, max };
}

/** Rounds in place. @returns 1 where the gradient passes, else 0 */
function roundToGrid(values: Float32Array, relu: boolean, range: ValueRange): Uint8Array {
  const known = range.max > range.min;
  const grid = activationGrid(range);
  const ends = [INT8_MIN, INT8_MAX].map((q) => grid.scale * (q - grid.zeroPoint)) as [number, number];
  const [low, high] = known ? ends : [-Infinity, Infinity];
  const passing = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = relu ? Math.max(0, values[i]!) : values[i]!;
    passing[i] = value >= low && value <= high && (!relu || value > 0) ? 1 : 0;
    values[i] = known ? grid.scale * (quantizeActivation(value, grid) - grid.zeroPoint) : value;
  }
  return passing;
}
