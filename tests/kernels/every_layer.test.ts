// Every op's output of whole models: the interpreter, the compiled C and TFLite Micro give the same bytes.
import { layers as keras } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { convert } from '../../converter/convert.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { exposeActivations } from '../../converter/passes/expose_activations.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kerasModel, normal } from '../converter/keras.js';
import { hasTflm, runTflm } from '../runtimes/tflm.js';
import { sharedData } from '../shared.js';
import { runBatch } from './batch.js';
import { interpreted } from './interpreted.js';
import { expectSame } from './same.js';
import { randomGraph, randomInputs } from './random_graph.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const VECTORS = 12;

function shared(model: string): Graph {
  return readTflite(readBytes(sharedData('models', `${model}.tflite`)!), model);
}

async function converted(stack: Parameters<typeof kerasModel>[0]): Promise<Graph> {
  const { json, weights } = await kerasModel(stack);
  const float = loadTfjsLayers(json, weights, 'keras');
  const random = new Random(3);
  const size = elements(float.tensors[float.inputs[0]!]!.shape);
  return convert(float, { calibration: Array.from({ length: 32 }, () => normal(size, random)) });
}

const MODELS: Readonly<Record<string, () => Graph | Promise<Graph>>> = {
  'a random chain': () => randomGraph(7, 5),
  'a model converted from Keras': () =>
    converted([
      keras.conv2d({ inputShape: [12, 8, 1], filters: 6, kernelSize: [4, 3], strides: 2, padding: 'same' }),
      keras.batchNormalization(),
      keras.activation({ activation: 'relu' }),
      keras.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }),
      keras.reLU({ maxValue: 6 }),
      keras.globalAveragePooling2d({}),
      keras.dense({ units: 5, activation: 'softmax' }),
    ]),
};

const OTHERS = ['kws_ref_model', 'ad01_int8', 'micro_speech_quantized', 'hello_world_int8'];

async function compare(original: Graph): Promise<void> {
  const graph = exposeActivations(original);
  const size = elements(graph.tensors[graph.inputs[0]!]!.shape);
  const inputs = randomInputs(11, VECTORS, size);
  const expected = interpreted(graph, inputs);
  for (const level of ['-O0', '-O2']) {
    expectSame(runBatch([{ graph, inputs }], ['-std=c99', level, ...SANITIZERS])[0]!, expected, level);
  }
  if (hasTflm) expectSame(runTflm([{ tflite: writeTflite(graph), inputs }])[0]!, expected, 'TFLite Micro');
  expect(new Set(expected.map(String)).size).toBe(VECTORS);
}

describe('every layer', () => {
  it.each(Object.entries(MODELS))('of %s', async (_name, model) => compare(await model()));

  it.skipIf(!sharedData('models')).each(OTHERS)('of %s', (model) => compare(shared(model)));
});
