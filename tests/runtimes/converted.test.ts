// Whole models of every form, converted: byte for byte what TFLite Micro computes, also in C, and runnable elsewhere.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { convert } from '../../converter/convert.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { kerasNetwork, normal } from '../converter/keras.js';
import { NETWORKS } from '../converter/networks.js';
import { runBatch } from '../kernels/batch.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';
import { expectSame } from '../kernels/same.js';
import { ask, RUNTIMES } from './runtimes.js';
import { hasTflm, runTflm } from './tflm.js';

const CALIBRATION = 48;
const VECTORS = 6;

interface Converted {
  name: string;
  graph: Graph;
  tflite: Uint8Array;
  inputs: Int8Array[];
  outputs: Int8Array[];
}

async function converted([name, build]: [string, (typeof NETWORKS)[string]]): Promise<Converted> {
  const { json, weights } = await kerasNetwork(build);
  const float = loadTfjsLayers(json, weights, name);
  const size = (indices: readonly number[]) => indices.reduce((sum, i) => sum + elements(float.tensors[i]!.shape), 0);
  const random = new Random(9);
  const calibration = Array.from({ length: CALIBRATION }, () => normal(size(float.inputs), random));
  const graph = convert(float, { calibration });
  const inputs = randomInputs(4, VECTORS, size(graph.inputs));
  return { name, graph, tflite: writeTflite(graph), inputs, outputs: interpreted(graph, inputs) };
}

const models = await Promise.all(Object.entries(NETWORKS).map(converted));

describe('converted models', () => {
  it('are int8 from end to end, and alive', () => {
    for (const { name, graph, outputs } of models) {
      const ends = [...graph.inputs, ...graph.outputs].map((index) => graph.tensors[index]!.dtype);
      expect(new Set(ends), name).toEqual(new Set(['int8']));
      expect(new Set(outputs.map(String)).size, name).toBeGreaterThan(1);
    }
  });

  it.each(['-O0', '-O2'])('compute the same in C at %s', (level) => {
    const flags = ['-std=c99', level, '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const found = runBatch(models, flags);
    models.forEach(({ name, outputs }, i) => expectSame(found[i]!, outputs, name));
  });

  it.skipIf(!hasTflm)('compute the same in TFLite Micro', () => {
    const found = runTflm(models);
    models.forEach(({ name, outputs }, i) => expectSame(found[i]!, outputs, name));
  });

  it.each(RUNTIMES.filter(({ there }) => there))('run in $name', (runtime) => {
    const jobs = models.map(({ tflite, inputs }) => ({
      model: Buffer.from(tflite).toString('base64'),
      inputs: Buffer.from(inputs[0]!).toString('base64'),
    }));
    const failed = ask(runtime, jobs).flatMap((answer, i) =>
      'error' in answer ? [`${models[i]!.name}: ${answer.error}`] : [],
    );
    expect(failed).toEqual([]);
  });
});
