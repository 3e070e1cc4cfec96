// The parts of a tfjs layers model's model.json that a graph needs, checked; what is unknown is left out.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';

const layerSchema = z.object({ class_name: z.string().max(100), config: z.record(z.string(), z.unknown()) });

const layersSchema = z.array(layerSchema).min(1).max(1000);

const networkSchema = z.object({
  class_name: z.string(),
  config: z.union([layersSchema, z.object({ layers: layersSchema })]),
});

const manifestSchema = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(z.object({ name: z.string(), shape: z.array(z.number().int().nonnegative()), dtype: z.string() })),
  }),
);

const modelSchema = z.object({
  modelTopology: z.union([networkSchema, z.object({ model_config: networkSchema })]),
  weightsManifest: manifestSchema,
});

export type KerasLayer = z.output<typeof layerSchema>;
export type WeightsManifest = z.output<typeof manifestSchema>;

export interface LayersModel {
  /** In order: a Sequential model's. */
  layers: KerasLayer[];
  manifest: WeightsManifest;
}

/** @throws KilnError `model-json` that names the key, `model-not-sequential`. */
export function parseLayersModel(json: unknown, name: string): LayersModel {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const where = `${name}: ${path.join('.') || 'the top level'}`;
    throw new KilnError('model-json', { where, what: message, todo: 'Give the model.json of a tfjs layers model.' });
  }
  const { modelTopology, weightsManifest } = parsed.data;
  const network = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  if (network.class_name !== 'Sequential') {
    const what = `is a ${network.class_name} model, and only Sequential ones can be read`;
    throw new KilnError('model-not-sequential', { where: name, what, todo: 'Build the model with tf.sequential().' });
  }
  const { config } = network;
  return { layers: Array.isArray(config) ? config : config.layers, manifest: weightsManifest };
}

/** The names of the weights' files, beside model.json. @throws KilnError `model-json` where one lies elsewhere. */
export function weightFiles(json: unknown, name: string): string[] {
  const paths = parseLayersModel(json, name).manifest.flatMap(({ paths }) => paths);
  const foreign = paths.find((path) => !/^[\w.-]+$/.test(path) || path === '..');
  if (foreign === undefined) return paths;
  const what = `its weights lie at ${JSON.stringify(foreign.slice(0, 80))}, and have to lie beside model.json`;
  throw new KilnError('model-json', { where: name, what, todo: 'Save the model again, and keep its files together.' });
}
