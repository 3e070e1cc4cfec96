// Fake quantization: the converter's own rounding, normalization folded as the converter folds it, and gradients that go straight through.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import type { Graph, Op, Tensor } from '../../converter/graph/graph.js';
import { foldBatchNormalization } from '../../converter/passes/fold_batch_normalization.js';
import { dequantized } from '../../converter/quantization/dequantize.js';
import {
  activationQuantization,
  quantizeValues,
  quantizeWeights,
  weightQuantization,
} from '../../converter/quantization/scales.js';
import { startBackend, type BackendName } from '../../trainer/backends/backend.js';
import { quantizedActivation } from '../../trainer/backends/quantized_activation.js';
import { foldBias, foldKernel } from '../../trainer/models/fold.js';
import { quantizedWeights } from '../../trainer/models/quantized_weights.js';

beforeAll(async () => void (await startBackend('wasm', () => {})));

const random = new Random(17);
const normal = (size: number, scale = 1) => Float32Array.from({ length: size }, () => scale * random.normal());
const positive = (size: number) => Float32Array.from({ length: size }, () => 0.2 + 2 * random.uniform());

/** −0 is 0 to int8. */
const unsigned = (value: number) => value + 0;

/** What the converter makes of weights whose channels are innermost, as real values. */
function convertedWeights(data: Float32Array, channels: number): Float32Array {
  const shape = [data.length / channels, channels];
  const quantization = weightQuantization(data, shape, channels === 1 ? null : 1, 1, undefined);
  const q = quantizeWeights(data, shape, quantization);
  return Float32Array.from(dequantized({ name: 'w', shape, dtype: 'int8', quantization, data: q }));
}

describe('quantizedWeights', () => {
  it.each([
    ['per tensor', 1, 1],
    ['per channel', 8, 1],
    ['per channel of very different sizes', 5, 1e-9],
  ])('rounds as the converter does: %s', (_name, channels, smallest) => {
    for (let trial = 0; trial < 20; trial++) {
      const data = normal(40 * channels).map((w, i) => w * (i % channels === 0 ? smallest : 1));
      const found = quantizedWeights(tf.tensor(data), channels).dataSync();
      expect(found.map(unsigned)).toEqual(convertedWeights(data, channels));
      expect(found).not.toEqual(data);
    }
  });

  it('leaves weights that are all 0 as they are', () => {
    expect([...quantizedWeights(tf.zeros([6]), 3).dataSync()]).toEqual(new Array(6).fill(0));
  });

  it('passes every gradient, the largest weight’s too', () => {
    const dy = normal(12);
    const gradient = tf.grad((w) => quantizedWeights(w, 4))(tf.tensor(normal(12)), tf.tensor(dy));
    expect(gradient.dataSync()).toEqual(dy);
  });
});

const BACKENDS: BackendName[] = ['cpu', 'wasm'];

describe.each(BACKENDS)('quantizedActivation on %s', (backend) => {
  beforeAll(async () => void (await startBackend(backend, () => {})));

  it.each([
    ['all positive', { min: 0, max: 6.3 }],
    ['all negative', { min: -2, max: 0 }],
    ['either side', { min: -1.7, max: 3.9 }],
    ['narrow', { min: -1e-3, max: 1e-3 }],
    ['wide', { min: -300, max: 1 }],
    ['halves of steps', { min: 0, max: 255 }],
  ])('rounds and clips as the converter does: %s', (_name, range) => {
    const data = range.max === 255 ? Float32Array.from({ length: 600 }, (_, i) => i / 2 - 10) : normal(5000, 3);
    const quantization = activationQuantization(range);
    const q = { name: 'x', shape: [], dtype: 'int8', quantization, data: quantizeValues(data, quantization) } as const;
    const found = quantizedActivation(
      { x: tf.tensor2d(data, [data.length / 5, 5]), bias: tf.zeros([5]) },
      false,
      range,
    );
    expect(found.y.dataSync<'float32'>().map(unsigned)).toEqual(Float32Array.from(dequantized(q)));
  });

  it('adds each channel’s bias and takes the ReLU before it rounds', () => {
    const x = tf.tensor2d([1, 1, -1, 0.26], [2, 2]);
    const { y } = quantizedActivation({ x, bias: tf.tensor1d([0, -3]) }, true, { min: 0, max: 2.55 });
    [1, 0, 0, 0].forEach((value, i) => expect(y.dataSync()[i]).toBeCloseTo(value, 2));
  });

  it('passes the gradient inside the range and none outside', () => {
    const values = [-1.1, -1.01, -0.4, 0, 0.6, 1.99, 2.1];
    const range = { min: -1, max: 2 };
    const operation = (x: tf.Tensor) => quantizedActivation({ x, bias: tf.zeros([1]) }, false, range).y;
    const gradient = tf.grads(operation)([tf.tensor2d(values, [7, 1])], tf.tensor2d([1, 2, 3, 4, 5, 6, 7], [7, 1]));
    expect([...gradient[0]!.dataSync()]).toEqual([0, 0, 3, 4, 5, 6, 0]);
  });

  it('passes none through a ReLU that is shut, and sums the bias’ gradient over rows', () => {
    const x = tf.tensor2d([-1, 0.5, 1, 9, 0.25, 0.25], [3, 2]);
    const bias = tf.tensor1d([0.5, 0]);
    const operation = (input: tf.Tensor, b: tf.Tensor) =>
      quantizedActivation({ x: input, bias: b }, true, { min: 0, max: 4 }).y;
    const [dx, dbias] = tf.grads(operation)([x, bias], tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]));
    expect([...dx!.dataSync()]).toEqual([0, 2, 3, 0, 5, 6]);
    expect([...dbias!.dataSync()]).toEqual([8, 8]);
  });

  it('leaves values as they are while the range is not known, and says what it saw', () => {
    const x = tf.tensor2d([-1.5, 0.123, 7, 1, 2, 3], [2, 3]);
    const through = (relu: boolean, bias = [0, 0, 0]) => {
      const { y, observed } = quantizedActivation({ x, bias: tf.tensor1d(bias) }, relu, { min: 0, max: 0 });
      return [[...y.dataSync()], [...observed.dataSync()]];
    };
    expect(through(false)).toEqual([
      [-1.5, Math.fround(0.123), 7, 1, 2, 3],
      [-1.5, 7],
    ]);
    expect(through(true)[0]).toEqual([0, Math.fround(0.123), 7, 1, 2, 3]);
    expect(through(true)[1]).toEqual([0, 7]);
    expect(through(false, [5, 5, 5])[1]).toEqual([0, 12]);
    expect(through(false, [-9, -9, -9])[1]).toEqual([-10.5, 0]);
  });
});

/** conv (1 × 1, so that the kernel has one form in Keras and TFLite but for the order) → batch normalization. */
function convolutionAndNorm(kernel: Float32Array, parameters: Float32Array[]): Graph {
  const channels = parameters[0]!.length;
  const inputs = kernel.length / channels;
  const transposed = kernel.map((_, i) => kernel[(i % inputs) * channels + Math.floor(i / inputs)]!);
  const tensor = (name: string, shape: number[], data?: Float32Array): Tensor =>
    ({ name, shape, dtype: 'float32', ...(data && { data }) }) as Tensor;
  const window = { padding: 'VALID', strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: 'NONE' } as const;
  const ops: Op[] = [
    { opcode: 'CONV_2D', name: 'conv', inputs: [0, 1], outputs: [2], options: window },
    { opcode: 'BATCH_NORMALIZATION', name: 'norm', inputs: [2, 3, 4, 5, 6], outputs: [7], options: { epsilon: 1e-3 } },
  ];
  const tensors = [
    tensor('input', [1, 1, 1, inputs]),
    tensor('kernel', [channels, 1, 1, inputs], transposed),
    tensor('conv', [1, 1, 1, channels]),
    ...parameters.map((data, i) => tensor(`norm/${i}`, [channels], data)),
    tensor('norm', [1, 1, 1, channels]),
  ];
  return { name: 'folded', tensors, ops, inputs: [0], outputs: [7], metadata: new Map() };
}

describe('folding', () => {
  const [inputs, channels] = [6, 5];
  const [kernel, gamma, beta, mean] = [normal(inputs * channels), ...[0, 1, 2].map(() => normal(channels))] as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const variance = positive(channels);
  const statistics = { mean, variance };
  const foldedKernel = (k: tf.Tensor, g: tf.Tensor) => foldKernel(tf.reshape(k, [inputs, channels]), g, statistics);
  const foldedBias = (g: tf.Tensor, b: tf.Tensor) => foldBias(g, b, statistics);

  it('gives the converter’s weights and bias to the last bit', () => {
    const { tensors, ops } = foldBatchNormalization(convolutionAndNorm(kernel, [gamma, beta, mean, variance]));
    const [weights, bias] = ops[0]!.inputs.slice(1).map((index) => tensors[index]!.data as Float32Array);
    const found = foldedKernel(tf.tensor1d(kernel), tf.tensor1d(gamma));
    expect(tf.transpose(found).dataSync()).toEqual(weights);
    expect(foldedBias(tf.tensor1d(gamma), tf.tensor1d(beta)).dataSync()).toEqual(bias);
  });

  it.each([
    ['kernel', foldedKernel, [kernel, gamma]],
    ['bias', foldedBias, [gamma, beta]],
  ] as const)('has the gradient that small differences give: %s', (_name, fold, given) => {
    const folded = (values: readonly Float32Array[]) => fold(tf.tensor1d(values[0]!), tf.tensor1d(values[1]!));
    const { shape, size } = folded(given);
    const dy = normal(size);
    const operation = (...tensors: tf.Tensor[]) => fold(tensors[0]!, tensors[1]!);
    const gradients = tf.grads(operation)(
      given.map((values) => tf.tensor1d(values)),
      tf.tensor(dy, shape),
    );
    given.forEach((values, which) => {
      const lossAt = (changed: Float32Array) => {
        const y = folded(given.map((own, i) => (i === which ? changed : own))).dataSync();
        return dy.reduce((sum, weight, i) => sum + weight * y[i]!, 0);
      };
      values.forEach((_, at) => {
        const moved = (by: number) => lossAt(values.map((value, i) => (i === at ? value + by : value)));
        const expected = (moved(0.1) - moved(-0.1)) / 0.2; // Linear in each argument: any step does.
        expect(gradients[which]!.dataSync()[at]).toBeCloseTo(expected, 3);
      });
    });
  });
});
