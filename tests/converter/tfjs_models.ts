// Float models built by tfjs' own layers API, saved as it saves them: what the loader has to read.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential, type LayersModel, type Sequential } from '@tensorflow/tfjs-layers';

export { layers, sequential };

export interface Saved {
  json: {
    modelTopology: unknown;
    weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
  };
  weights: Uint8Array;
}

/** Random weights; variances and gammas near one, so that normalization matters. */
export function randomize(model: LayersModel, seed: number): void {
  for (const weight of model.weights) {
    const { shape } = weight;
    const positive = /gamma|variance/.test(weight.name);
    const values = tf.randomNormal(shape as number[], 0, 0.3, 'float32', seed++);
    weight.write(positive ? tf.add(tf.abs(values), 0.5) : values);
  }
}

export async function save(model: Sequential): Promise<Saved> {
  let saved: Saved | undefined;
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      const weights = weightSpecs!.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
      const json = { modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights }] };
      saved = {
        json: JSON.parse(JSON.stringify(json)) as Saved['json'],
        weights: new Uint8Array(weightData as ArrayBuffer),
      };
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  return saved!;
}

/** tfjs' own output for one example. */
export function predict(model: Sequential, input: Float32Array, shape: readonly number[]): Float32Array {
  return tf.tidy(() => (model.predict(tf.tensor(input, [1, ...shape])) as tf.Tensor).dataSync<'float32'>().slice());
}
