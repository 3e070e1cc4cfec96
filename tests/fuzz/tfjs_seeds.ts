// Small tfjs layers models for the fuzzer: every kind of layer that is read.
import * as keras from '@tensorflow/tfjs-layers';
import { kerasModel } from '../converter/keras.js';
import type { TfjsSeed } from './harness.js';

const { layers } = keras;

export async function tfjsSeeds(): Promise<TfjsSeed[]> {
  const image = { inputShape: [8, 6, 2] };
  const stacks = {
    convolutions: [
      layers.conv2d({ ...image, filters: 3, kernelSize: 3, padding: 'same', strides: 2, useBias: false }),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.depthwiseConv2d({ kernelSize: [3, 2], depthMultiplier: 2 }),
      layers.reLU({ maxValue: 6 }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
    dense: [
      layers.flatten(image),
      layers.dense({ units: 5, activation: 'relu6' }),
      layers.dropout({ rate: 0.5 }),
      layers.reshape({ targetShape: [5, 1] }),
      layers.softmax(),
    ],
  };
  return Promise.all(
    Object.entries(stacks).map(async ([name, stack]) => {
      const { json, weights } = await kerasModel(stack);
      return { name, json, weights };
    }),
  );
}
