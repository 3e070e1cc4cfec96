// A small network of features as data: its layers, its parameters, and what tfjs makes of a batch.
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../../models/parameters.js';

/** Convolutions are along the features of an axis, 3 wide, 2 apart, and come before the dense layers. ReLU follows all but the last. */
export interface SmallNetwork {
  /** Of the input: [axes, features of each]. */
  shape: readonly [number, number];
  /** Filters of each convolution. */
  convolutions: readonly number[];
  /** Units of each dense layer. */
  dense: readonly number[];
}

export const KERNEL_WIDTH = 3;
export const CONVOLUTION_STRIDE = 2;

export const convolutionName = (i: number) => `convolution_${i}`;
export const denseName = (i: number) => `dense_${i}`;

/** All that it learns, in one flat array. */
export function parametersOf({ shape, convolutions, dense }: SmallNetwork): Parameter[] {
  const parameters: Parameter[] = [];
  const declare = (name: string, own: number[], initial: Parameter['initial']) => {
    const offset = parameters.reduce((sum, { size }) => sum + size, 0);
    parameters.push({ name, shape: own, offset, size: own.reduce((product, n) => product * n, 1), initial });
  };
  const layer = (name: string, kernel: number[]) => {
    declare(`${name}/kernel`, kernel, 'glorot-uniform');
    declare(`${name}/bias`, [kernel.at(-1)!], 0);
  };
  let [width, channels] = [shape[1], 1];
  convolutions.forEach((filters, i) => {
    layer(convolutionName(i), [1, KERNEL_WIDTH, channels, filters]);
    [width, channels] = [Math.ceil(width / CONVOLUTION_STRIDE), filters];
  });
  let inputs = shape[0] * width * channels;
  dense.forEach((units, i) => {
    layer(denseName(i), [inputs, units]);
    inputs = units;
  });
  return parameters;
}

/** @param x [batch, features] @returns [batch, units of the last layer] */
export function forward(
  network: SmallNetwork,
  weights: Readonly<Record<string, tf.Tensor>>,
  x: tf.Tensor2D,
): tf.Tensor2D {
  const biased = (y: tf.Tensor, name: string) => tf.add(y, weights[`${name}/bias`]!);
  const { shape, convolutions, dense } = network;
  let value: tf.Tensor = convolutions.length > 0 ? tf.reshape(x, [x.shape[0], ...shape, 1]) : x;
  convolutions.forEach((_, i) => {
    const kernel = weights[`${convolutionName(i)}/kernel`] as tf.Tensor4D;
    const convolved = tf.conv2d(value as tf.Tensor4D, kernel, [1, CONVOLUTION_STRIDE], 'same');
    value = tf.relu(biased(convolved, convolutionName(i)));
  });
  value = tf.reshape(value, [x.shape[0], -1]);
  dense.forEach((_, i) => {
    const product = tf.matMul(value as tf.Tensor2D, weights[`${denseName(i)}/kernel`] as tf.Tensor2D);
    value = biased(product, denseName(i));
    if (i < dense.length - 1) value = tf.relu(value);
  });
  return value as tf.Tensor2D;
}

interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

/** As tfjs' layers model: what the converter reads. */
export function layersModel(network: SmallNetwork): Record<string, unknown> {
  const parameters = parametersOf(network);
  const weights = parameters.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' }));
  const layers = kerasLayers(network);
  layers[0]!.config['batch_input_shape'] = [null, network.shape[0] * network.shape[1]];
  return {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'network', layers } },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
}

function kerasLayers({ shape, convolutions, dense }: SmallNetwork): KerasLayer[] {
  const activation = (last: boolean) => (last ? 'linear' : 'relu');
  const ahead = convolutions.length > 0 ? [of('Reshape', 'axes', { target_shape: [...shape, 1] })] : [];
  const behind = convolutions.length > 0 ? [of('Flatten', 'flat', {})] : [];
  return [
    ...ahead,
    ...convolutions.map((filters, i) => of('Conv2D', convolutionName(i), { filters, ...CONVOLUTION })),
    ...behind,
    ...dense.map((units, i) =>
      of('Dense', denseName(i), { units, activation: activation(i === dense.length - 1), use_bias: true }),
    ),
  ];
}

const CONVOLUTION = {
  kernel_size: [1, KERNEL_WIDTH],
  strides: [1, CONVOLUTION_STRIDE],
  padding: 'same',
  data_format: 'channels_last',
  dilation_rate: [1, 1],
  activation: 'relu',
  use_bias: true,
};

function of(class_name: string, name: string, config: Record<string, unknown>): KerasLayer {
  return { class_name, config: { name, trainable: true, dtype: 'float32', ...config } };
}
