// Keras models of tfjs' own, with seeded weights: as model.json and weights, and with tfjs' answers.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as keras from '@tensorflow/tfjs-layers';
import { Random } from '../../base/random.js';

/** A model.json, open for changes. */
export interface ModelJson {
  format?: string;
  modelTopology: { class_name: string; config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string; quantization?: object }[];
  }[];
}

export interface KerasModel {
  json: ModelJson;
  weights: Uint8Array;
  /** tfjs' output for one example. */
  predict(input: Float32Array): Float32Array;
}

/** A model of any form, with inputs and outputs of any number. */
export interface KerasNetwork extends Omit<KerasModel, 'predict'> {
  /** tfjs' outputs for one example: all inputs' values in, all outputs' values out. */
  predict(inputs: readonly Float32Array[]): Float32Array[];
}

/** Seeded weights for a functional model. */
export async function kerasNetwork(build: () => keras.LayersModel, seed = 1): Promise<KerasNetwork> {
  await tf.setBackend('cpu');
  const model = build();
  randomize(model, new Random(seed));
  const { json, weights } = await saved(model);
  const predict = (inputs: readonly Float32Array[]) =>
    tf.tidy(() => {
      const tensors = model.inputs.map(({ shape }, i) => tf.tensor(inputs[i]!, [1, ...shape.slice(1)] as number[]));
      return [model.predict(tensors)].flat().map((output) => output.dataSync<'float32'>().slice());
    });
  return { json, weights, predict };
}

/** Normal weights of about the size that training gives; variances are positive. */
export async function kerasModel(layers: readonly keras.layers.Layer[], seed = 1): Promise<KerasModel> {
  await tf.setBackend('cpu');
  const model = keras.sequential({ layers: [...layers] });
  randomize(model, new Random(seed));
  const { json, weights } = await saved(model);
  const predict = (input: Float32Array) =>
    tf.tidy(() => {
      const shape = [1, ...model.inputs[0]!.shape.slice(1)] as number[];
      return (model.predict(tf.tensor(input, shape)) as tf.Tensor).dataSync<'float32'>().slice();
    });
  return { json, weights, predict };
}

function randomize(model: keras.LayersModel, random: Random): void {
  for (const weight of model.weights) {
    const depth = Math.max(1, tf.util.sizeFromShape(weight.shape.slice(0, -1) as number[]));
    const values = Array.from({ length: tf.util.sizeFromShape(weight.shape as number[]) }, () =>
      weight.name.includes('variance') ? 0.5 + random.uniform() : random.normal() / Math.sqrt(depth),
    );
    weight.write(tf.tensor(values, weight.shape as number[]));
  }
}

async function saved(model: keras.LayersModel): Promise<{ json: ModelJson; weights: Uint8Array }> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler((all) => {
      artifacts = all;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  const weightsManifest = [{ paths: ['weights.bin'], weights: artifacts.weightSpecs! }];
  const json = JSON.parse(JSON.stringify({ modelTopology: artifacts.modelTopology, weightsManifest })) as ModelJson;
  return { json, weights: new Uint8Array(artifacts.weightData as ArrayBuffer) };
}

/** Standard normal values. */
export function normal(size: number, random: Random): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal());
}
