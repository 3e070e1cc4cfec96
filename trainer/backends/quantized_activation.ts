// What a layer hands on, rounded to the int8 grid that the converter will put it on: one tfjs kernel and one for its gradient, which each
// backend has. The gradient goes straight through (Bengio et al. 2013, arXiv:1308.3432): as if nothing were rounded, and zero off the grid.
import * as tf from '@tensorflow/tfjs-core';
import { activationGrid, INT8_MAX, INT8_MIN, quantizeActivation, type ValueRange } from '../../base/int8_grid.js';

export const QUANTIZED_ACTIVATION = 'QuantizedActivation';
export const QUANTIZED_ACTIVATION_GRADIENT = 'QuantizedActivationGradient';

/** x of any rank with channels innermost, bias one per channel. */
export interface QuantizedActivationInputs<T> {
  x: T;
  bias: T;
}

export interface QuantizedActivationAttributes {
  /** The least value before rounding: 0 behind a ReLU, else −∞. */
  floor: number;
  /** 0 where values stay as they are. */
  scale: number;
  zeroPoint: number;
  /** The grid's ends; −∞ and ∞ where values stay as they are. */
  low: number;
  high: number;
}

/**
 * Rounds x + bias, through a ReLU or not; differentiable in both.
 * @param range what the grid covers; one without width is not known yet, and leaves the values as they are
 * @returns y like x, and the smallest and the largest value before rounding, zero among them
 */
export function quantizedActivation(
  { x, bias }: QuantizedActivationInputs<tf.Tensor>,
  relu: boolean,
  range: ValueRange,
): { y: tf.Tensor; observed: tf.Tensor1D } {
  const attributes = { floor: relu ? 0 : -Infinity, ...gridOf(range) };
  const outputs = tf.engine().runKernel(QUANTIZED_ACTIVATION, { x, bias }, attributes) as unknown as tf.Tensor[];
  return { y: outputs[0]!, observed: outputs[1] as tf.Tensor1D };
}

function gridOf(range: ValueRange): Omit<QuantizedActivationAttributes, 'floor'> {
  if (range.min === range.max) return { scale: 0, zeroPoint: 0, low: -Infinity, high: Infinity };
  const { scale, zeroPoint } = activationGrid(range);
  const real = (q: number) => Math.fround(scale * (q - zeroPoint));
  return { scale, zeroPoint, low: real(INT8_MIN), high: real(INT8_MAX) };
}

/** Makes `quantizedActivation` differentiable on every backend; what was observed carries no gradient. */
export function registerQuantizedActivationGradient(): void {
  if (tf.getGradient(QUANTIZED_ACTIVATION)) return;
  tf.registerGradient({
    kernelName: QUANTIZED_ACTIVATION,
    inputsToSave: ['x', 'bias'],
    gradFunc: (dys, saved, attrs) => {
      const [x, bias] = saved as [tf.Tensor, tf.Tensor];
      const inputs = { dy: (dys as tf.Tensor[])[0]!, x, bias };
      const outputs = tf.engine().runKernel(QUANTIZED_ACTIVATION_GRADIENT, inputs, attrs) as unknown as tf.Tensor[];
      return { x: () => outputs[0]!, bias: () => outputs[1]! };
    },
  });
}

/** Registers both kernels, on plain arrays, for a backend that has no faster ones. */
export function registerPlainQuantizedActivation(backendName: string): void {
  if (tf.getKernel(QUANTIZED_ACTIVATION, backendName)) return;
  tf.registerKernel({
    kernelName: QUANTIZED_ACTIVATION,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      plain(
        inputs as unknown as QuantizedActivationInputs<tf.Tensor>,
        attrs as unknown as QuantizedActivationAttributes,
      ),
  });
  tf.registerKernel({
    kernelName: QUANTIZED_ACTIVATION_GRADIENT,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      plainGradient(
        inputs as unknown as QuantizedActivationInputs<tf.Tensor> & { dy: tf.Tensor },
        attrs as unknown as QuantizedActivationAttributes,
      ),
  });
}

function plain(
  { x, bias }: QuantizedActivationInputs<tf.Tensor>,
  { floor, scale, zeroPoint }: QuantizedActivationAttributes,
): tf.Tensor[] {
  const values = biased(x, bias).map((value) => Math.max(floor, value));
  const observed = [Math.min, Math.max].map((end) => values.reduce((found, value) => end(found, value), 0));
  const rounded = (value: number) => scale * (quantizeActivation(value, { scale, zeroPoint }) - zeroPoint);
  return [tf.tensor(scale > 0 ? values.map(rounded) : values, x.shape), tf.tensor1d(observed)];
}

function plainGradient(
  { x, bias, dy }: QuantizedActivationInputs<tf.Tensor> & { dy: tf.Tensor },
  { floor, low, high }: QuantizedActivationAttributes,
): tf.Tensor[] {
  const values = biased(x, bias);
  const passes = (value: number) => value > floor && value >= low && value <= high;
  const dx = dy.dataSync<'float32'>().map((g, i) => (passes(values[i]!) ? g : 0));
  const dbias = new Float32Array(bias.size);
  dx.forEach((g, i) => (dbias[i % bias.size]! += g));
  return [tf.tensor(dx, x.shape), tf.tensor1d(dbias)];
}

function biased(x: tf.Tensor, bias: tf.Tensor): Float32Array {
  const added = bias.dataSync<'float32'>();
  return x.dataSync<'float32'>().map((value, i) => value + added[i % added.length]!);
}
