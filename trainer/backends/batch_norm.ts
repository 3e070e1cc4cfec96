// Batch normalization as it trains, with an optional ReLU behind it: one tfjs kernel and one for its gradient, which each backend has.
import * as tf from '@tensorflow/tfjs-core';

export interface BatchNormAttributes {
  epsilon: number;
  relu: boolean;
}

export const BATCH_NORM = 'TrainingBatchNorm';
export const BATCH_NORM_GRADIENT = 'TrainingBatchNormGradient';

/** What the kernel takes: x of rank 4 in NHWC, gamma and beta one per channel. */
export interface BatchNormInputs<T> {
  x: T;
  gamma: T;
  beta: T;
}

/** What the gradient kernel takes besides: the output's gradient and the moments that the kernel gave. */
export interface BatchNormGradientInputs<T> extends BatchNormInputs<T> {
  dy: T;
  mean: T;
  variance: T;
}

/**
 * Normalizes each channel of x by its own mean and (biased) variance in the batch; differentiable in x, gamma and beta.
 * @returns y like x, and the batch's moments, one per channel
 */
export function batchNorm(
  { x, gamma, beta }: BatchNormInputs<tf.Tensor>,
  { epsilon, relu }: BatchNormAttributes,
): { y: tf.Tensor4D; mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const outputs = tf.engine().runKernel(BATCH_NORM, { x, gamma, beta }, { epsilon, relu }) as unknown as tf.Tensor[];
  return {
    y: outputs[0] as tf.Tensor4D,
    mean: outputs[1] as tf.Tensor1D,
    variance: outputs[2] as tf.Tensor1D,
  };
}

/** Makes `batchNorm` differentiable on every backend; the moments carry no gradient. */
export function registerBatchNormGradient(): void {
  if (tf.getGradient(BATCH_NORM)) return;
  tf.registerGradient({
    kernelName: BATCH_NORM,
    inputsToSave: ['x', 'gamma', 'beta'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [x, gamma, beta, mean, variance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const inputs = { dy: (dys as tf.Tensor[])[0]!, x, gamma, beta, mean, variance };
      const [dx, dgamma, dbeta] = tf.engine().runKernel(BATCH_NORM_GRADIENT, inputs, attrs) as unknown as tf.Tensor[];
      return { x: () => dx!, gamma: () => dgamma!, beta: () => dbeta! };
    },
  });
}

/** Registers both kernels for a backend that has no faster ones, made from tfjs' own operations. */
export function registerComposedBatchNorm(backendName: string): void {
  if (tf.getKernel(BATCH_NORM, backendName)) return;
  tf.registerKernel({
    kernelName: BATCH_NORM,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      composed(inputs as unknown as BatchNormInputs<tf.Tensor4D>, attrs as unknown as BatchNormAttributes),
  });
  tf.registerKernel({
    kernelName: BATCH_NORM_GRADIENT,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      composedGradient(
        inputs as unknown as BatchNormGradientInputs<tf.Tensor4D>,
        attrs as unknown as BatchNormAttributes,
      ),
  });
}

function composed({ x, gamma, beta }: BatchNormInputs<tf.Tensor>, { epsilon, relu }: BatchNormAttributes): tf.Tensor[] {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const scale = tf.div(gamma, tf.sqrt(tf.add(variance, epsilon)));
  const y = tf.add(tf.mul(tf.sub(x, mean), scale), beta);
  return [relu ? tf.relu(y) : y, mean, variance];
}

/** dx = gamma / σ · (dy − mean(dy) − x̂ · mean(dy · x̂)), with x̂ the normalized input: Ioffe and Szegedy, 2015, section 3. */
function composedGradient(
  { dy, x, gamma, beta, mean, variance }: BatchNormGradientInputs<tf.Tensor>,
  { epsilon, relu }: BatchNormAttributes,
): tf.Tensor[] {
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normalized = tf.mul(tf.sub(x, mean), inverse);
  const positive = () => tf.cast(tf.greater(tf.add(tf.mul(normalized, gamma), beta), 0), 'float32');
  const passed = relu ? tf.mul(dy, positive()) : dy;
  const dbeta = tf.sum(passed, [0, 1, 2]);
  const dgamma = tf.sum(tf.mul(passed, normalized), [0, 1, 2]);
  const count = x.size / gamma.size;
  const common = tf.add(tf.div(dbeta, count), tf.mul(normalized, tf.div(dgamma, count)));
  return [tf.mul(tf.sub(passed, common), tf.mul(inverse, gamma)), dgamma, dbeta];
}
