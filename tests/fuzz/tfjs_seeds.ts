// Small tfjs layers models for the fuzzer: every kind of layer that is read.
import * as keras from '@tensorflow/tfjs-layers';
import { kerasModel, kerasNetwork } from '../converter/keras.js';
import { NETWORKS } from '../converter/networks.js';
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
  const sequential = Object.entries(stacks).map(async ([name, stack]) => seed(name, await kerasModel(stack)));
  const others = Object.entries(NETWORKS).map(async ([name, build]) => seed(name, await kerasNetwork(build)));
  return Promise.all([...sequential, ...others]);
}

function seed(name: string, { json, weights }: { json: object; weights: Uint8Array }): TfjsSeed {
  return { name, json, weights };
}
