// A tfjs layers model (also as tfjs-converter writes it from Keras) → float graph of one batch.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import type { Graph } from '../graph/graph.js';
import { quoted } from '../graph/print.js';
import { Chain } from './chain.js';
import { loadLayer } from './keras_layers.js';
import { parseLayersModel, type KerasLayer } from './model_json.js';
import { Weights } from './weights.js';

export { weightFiles } from './model_json.js';

const shapeSchema = z
  .array(
    z
      .number()
      .int()
      .positive()
      .max(2 ** 20),
  )
  .min(1)
  .max(6);

/**
 * @param json model.json, parsed
 * @param bytes the files that it names, joined in order
 * @param name for messages: its path
 * @throws KilnError `model-json`, `model-not-sequential`, `layer-…`, `weights-invalid`, `graph-…`
 */
export function loadTfjsLayers(json: unknown, bytes: Uint8Array, name: string): Graph {
  const { layers, manifest } = parseLayersModel(json, name);
  expectDistinct(layers, name);
  const weights = Weights.read(manifest, bytes, name);
  const chain = new Chain(name, [1, ...inputShape(layers[0], name)]);
  for (const layer of layers) loadLayer(layer, { model: name, chain, weights });
  weights.expectAllUsed();
  return chain.finish();
}

function expectDistinct(layers: readonly KerasLayer[], name: string): void {
  const names = layers.map(({ config }) => config.name);
  const twice = names.find((layer, i) => layer !== undefined && names.indexOf(layer) !== i);
  if (twice === undefined) return;
  const where = `${name}, layer ${quoted(twice)}`;
  throw new KilnError('model-json', { where, what: 'two layers have this name', todo: 'Save the model again.' });
}

function inputShape(first: KerasLayer | undefined, name: string): number[] {
  const given = first?.config['batch_input_shape'] ?? first?.config['batch_shape'];
  const parsed = shapeSchema.safeParse(Array.isArray(given) ? given.slice(1) : given);
  if (parsed.success) return parsed.data;
  const what = 'its first layer does not say the shape of the input (batch_input_shape)';
  throw new KilnError('model-json', { where: name, what, todo: 'Give the first layer an inputShape of fixed sizes.' });
}
