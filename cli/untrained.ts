// A project's model before it is trained: its shape with seeded weights, through the converter. Bytes and instructions depend
// on shapes; values decide no more than which layers' settings are the same.
import { Random } from '../base/random.js';
import { convert } from '../converter/convert.js';
import { elements } from '../converter/graph/graph.js';
import { loadTfjsLayers } from '../converter/loaders/tfjs_layers.js';
import { encodeMetadata, frontendMetadata } from '../converter/metadata.js';
import { PLAINEST } from '../converter/quantization/method.js';
import { writeTflite } from '../converter/tflite/writer.js';
import { clipShape } from '../trainer/clip_frontend.js';
import { FEATURE_QUANTIZATION } from '../trainer/frontend/micro_frontend.js';
import { buildModel } from '../trainer/models/architectures.js';
import { layersModel } from '../trainer/models/layers_model.js';
import { initialize, layoutOf } from '../trainer/models/parameters.js';
import type { Config } from './config.js';
import { deployed } from './conversion.js';
import { frontendSpec } from './data.js';
import type { Model } from './model.js';

/** Inputs that ranges are measured on. */
const CALIBRATION = 2;
/** Of what int8 features stand for. */
const FEATURE_RANGE = 128 * FEATURE_QUANTIZATION.scale;

/** @param path of what it stands for, for errors @param labels of its classes */
export function untrainedModel(
  config: Pick<Config, 'model' | 'frontend'>,
  labels: readonly string[],
  path: string,
): Model {
  const random = new Random(1);
  const spec = frontendSpec(config);
  const model = buildModel(config.model, clipShape(spec), labels);
  const layout = layoutOf(model);
  const [weights, statistics] = [new Float32Array(layout.weightCount), new Float32Array(layout.statisticCount)];
  initialize(weights, layout.weights, random);
  initialize(statistics, layout.statistics, random);
  const { json, weights: bytes } = layersModel(model, weights, statistics, {});
  const float = deployed(loadTfjsLayers(json, bytes, path), config.model.kind);
  const inputSize = elements(float.tensors[float.inputs[0]!]!.shape);
  const calibration = Array.from({ length: CALIBRATION }, () =>
    Float32Array.from({ length: inputSize }, () => FEATURE_RANGE * (2 * random.uniform() - 1)),
  );
  const metadata = encodeMetadata({ labels: [...labels], frontend: frontendMetadata(config.frontend.kind, spec) });
  const given = { calibration, inputQuantization: FEATURE_QUANTIZATION, method: PLAINEST, metadata };
  const graph = convert(float, given);
  return { path, bytes: writeTflite(graph), graph, inputSize, outputSize: labels.length };
}
