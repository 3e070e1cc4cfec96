// Trains a small network of features: to give its input back (squared error), or to tell faults (cross-entropy).
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../../base/random.js';
import { startBackend } from '../../backends/backend.js';
import { initialize, slice } from '../../models/parameters.js';
import { adam, learningRateAt } from '../../optimizer.js';
import { forward, parametersOf, type SmallNetwork } from './small_network.js';

export interface NetworkTraining {
  network: SmallNetwork;
  /** Standardised features, one row for each example. */
  inputs: readonly Float32Array[];
  /** What the network is to give: the inputs themselves, or one value of 0 or 1 each. */
  targets: readonly Float32Array[];
  loss: 'squared-error' | 'cross-entropy';
  epochs: number;
  learningRate: number;
  seed: number;
  onNotice: (text: string) => void;
}

const BATCH = 64;
/** Steps over which the learning rate rises. */
const WARM_UP = 10;

/** @returns the parameters in their order. The same arguments give the same bits on one backend. */
export async function trainNetwork(training: NetworkTraining): Promise<Float32Array> {
  await startBackend(undefined, training.onNotice);
  const { network, inputs, epochs, learningRate, seed } = training;
  const random = new Random(seed);
  const parameters = parametersOf(network);
  const weights = new Float32Array(parameters.reduce((sum, { size }) => sum + size, 0));
  initialize(weights, parameters, random);
  const state = { mean: new Float32Array(weights.length), square: new Float32Array(weights.length) };
  const order = Uint32Array.from(inputs, (_, i) => i);
  const steps = epochs * Math.ceil(order.length / BATCH);
  const schedule = { learningRate, schedule: 'cosine', warmup: Math.min(WARM_UP, steps - 1) } as const;
  for (let step = 0; step < steps;) {
    random.shuffle(order);
    for (let first = 0; first < order.length; first += BATCH, step++) {
      const gradient = tf.tidy(() => gradientOf(training, weights, order.subarray(first, first + BATCH)));
      adam(weights, gradient, state, step + 1, learningRateAt(step, steps, schedule));
    }
  }
  return weights;
}

function gradientOf({ network, inputs, targets, loss }: NetworkTraining, weights: Float32Array, rows: Uint32Array) {
  const parameters = parametersOf(network);
  const x = stack(inputs, rows);
  const wanted = stack(targets, rows);
  const of = (...tensors: tf.Tensor[]) => {
    const named = Object.fromEntries(parameters.map(({ name }, i) => [name, tensors[i]!]));
    return meanLoss(forward(network, named, x), wanted, loss);
  };
  const tensors = parameters.map((own) => tf.tensor(slice(weights, own).slice(), [...own.shape]));
  const gradient = new Float32Array(weights.length);
  tf.grads(of)(tensors).forEach((part, i) => gradient.set(part.dataSync(), parameters[i]!.offset));
  return gradient;
}

function stack(rows: readonly Float32Array[], chosen: Uint32Array): tf.Tensor2D {
  const width = rows[0]!.length;
  const values = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => values.set(rows[row]!, i * width));
  return tf.tensor2d(values, [chosen.length, width]);
}

/** Over all elements, with the gradient beside it. */
function meanLoss(output: tf.Tensor2D, wanted: tf.Tensor2D, loss: NetworkTraining['loss']): tf.Scalar {
  const targets = wanted.dataSync();
  const operation = tf.customGrad((given) => {
    const values = (given as tf.Tensor2D).dataSync<'float32'>();
    const gradient = values.map((value, i) => LOSSES[loss].gradient(value, targets[i]!) / values.length);
    const total = values.reduce((sum, value, i) => sum + LOSSES[loss].value(value, targets[i]!), 0);
    return {
      value: tf.scalar(total / values.length),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.tensor2d(gradient, output.shape)),
    };
  });
  return operation(output) as tf.Scalar;
}

/** Of a network's output and what it should be; the cross-entropy is of logits. */
const LOSSES = {
  'squared-error': {
    value: (output: number, target: number) => (output - target) ** 2,
    gradient: (output: number, target: number) => 2 * (output - target),
  },
  'cross-entropy': {
    value: (output: number, target: number) =>
      Math.log1p(Math.exp(-Math.abs(output))) + Math.max(output, 0) - output * target,
    gradient: (output: number, target: number) => 1 / (1 + Math.exp(-output)) - target,
  },
} as const;
