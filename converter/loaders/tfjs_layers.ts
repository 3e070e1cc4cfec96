// A tfjs layers model (also as tfjs-converter writes it from Keras) → float graph of one batch.
import type { Graph } from '../graph/graph.js';
import { FloatGraph } from './float_graph.js';
import { parseLayersModel } from './model_json.js';
import { loadNetwork } from './network.js';
import { Weights } from './weights.js';

export { weightFiles } from './model_json.js';

/**
 * @param json model.json, parsed
 * @param bytes the files that it names, joined in order
 * @param name for messages: its path
 * @throws KilnError `model-json`, `layer-…`, `weights-invalid`, `graph-…`
 */
export function loadTfjsLayers(json: unknown, bytes: Uint8Array, name: string): Graph {
  const { network, manifest } = parseLayersModel(json, name);
  const weights = Weights.read(manifest, bytes, name);
  const graph = new FloatGraph(name);
  const { inputs, outputs } = loadNetwork(network, { model: name, graph, weights, calls: 0 });
  weights.expectAllUsed();
  return graph.finish(inputs, outputs);
}
