// The compiled C against TFLite Micro: every case under the sanitizers, without optimization and with it.
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../base/files.js';
import { compile, type CompiledModel } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { runCompiledOnHost } from '../../device/host.js';
import { sharedData } from '../shared.js';
import { GraphBuilder } from './builder.js';
import { KERNEL_CASES } from './cases.js';
import { randomGraph, randomInputs } from './random_graph.js';
import { readVectors } from './vectors.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const LEVELS = ['-O0', '-O2'];

/** The C kernels with a window take one batch. */
const compilable = ({ tensors, inputs }: Graph) =>
  tensors[inputs[0]!]!.shape.length < 4 || tensors[inputs[0]!]!.shape[0] === 1;

function compiled(graph: Graph): CompiledModel {
  return compile(graph, { name: 'model', tflite: writeTflite(graph) });
}

describe.each(Object.entries(KERNEL_CASES))('%s in C', (op, cases) => {
  const vectors = readVectors(op);
  const whole = Object.entries(cases).filter(([, graph]) => compilable(graph));

  it.each(whole)('%s equals TFLite Micro', async (name, graph) => {
    const { inputs, outputs } = vectors[name]!;
    for (const level of LEVELS) {
      const flags = ['-std=c99', level, ...SANITIZERS];
      const run = { files: compiled(graph).files, name: 'model', inputs, outputSize: outputs[0]!.length, flags };
      expect(await runCompiledOnHost(run)).toEqual(outputs);
    }
  });
});

const RANDOM_GRAPHS = 16;

/** Random chains of layers of which the output depends on the input: not all do, as a clamp may swallow it. */
function livelyGraphs(): [string, Graph, IO][] {
  const graphs: [string, Graph, IO][] = [];
  for (let seed = 0; graphs.length < RANDOM_GRAPHS; seed++) {
    const graph = randomGraph(seed, 2 + (seed % 3));
    const io = interpreted(graph, 20);
    const distinct = new Set(io.outputs.map(String)).size;
    if (distinct > 10) graphs.push([graph.name, graph, io]);
  }
  return graphs;
}

describe('C equals the interpreter', () => {
  it.each(livelyGraphs())('on %s', async (_, graph, { inputs, outputs }) => {
    const flags = ['-std=c99', '-O1', ...SANITIZERS];
    const run = { files: compiled(graph).files, name: 'model', inputs, outputSize: outputs[0]!.length, flags };
    expect(await runCompiledOnHost(run)).toEqual(outputs);
  });
});

interface IO {
  inputs: Int8Array[];
  outputs: Int8Array[];
}

function interpreted(graph: Graph, count: number): IO {
  const interpreter = createInterpreter(graph);
  const inputs = randomInputs(count, count, interpreter.inputSize);
  const outputs = inputs.map((input) => {
    const output = new Int8Array(interpreter.outputSize);
    interpreter.invoke(input, output);
    return output;
  });
  return { inputs, outputs };
}

describe('softmax of a thousand classes', () => {
  it('gives nothing to all where they are alike, and all to the one that stands out', async () => {
    const graph = wideSoftmax(1000);
    const flat = new Int8Array(1000);
    const peak = new Int8Array(1000);
    peak[700] = 127;
    const expected = [new Int8Array(1000).fill(-128), Int8Array.from(peak, (x) => (x ? 127 : -128))];
    const interpreter = createInterpreter(graph);
    const found = [flat, peak].map((input) => {
      const output = new Int8Array(1000);
      interpreter.invoke(input, output);
      return output;
    });
    expect(found).toEqual(expected);
    const flags = ['-std=c99', '-O1', ...SANITIZERS];
    const { files } = compiled(graph);
    expect(await runCompiledOnHost({ files, name: 'model', inputs: [flat, peak], outputSize: 1000, flags })).toEqual(
      expected,
    );
  });
});

function wideSoftmax(depth: number): Graph {
  const b = new GraphBuilder('wide', 1);
  const [x, y] = [b.activation([1, depth], 0.2, 0), b.activation([1, depth], 1 / 256, -128)];
  return b.graph(x, b.op('SOFTMAX', [x], y, { beta: 1 }));
}

const GOLDEN = [
  ['kws_ref_model', 'kws01', 1000],
  ['ad01_int8', 'ad', 64],
  ['micro_speech_quantized', 'mspeech', 64],
] as const;

describe.skipIf(!sharedData('golden'))('golden vectors', () => {
  it.each(GOLDEN)('%s: compiled C and interpreter equal TFLite Micro on all of %s', async (model, golden, count) => {
    const tflite = readBytes(sharedData('models', `${model}.tflite`)!);
    const graph = readTflite(tflite, model);
    const interpreter = createInterpreter(graph);
    const { inputSize, outputSize } = interpreter;
    const inputs = tensors(`${golden}_inputs.bin`, inputSize);
    const expected = tensors(`${golden}_outputs.bin`, outputSize);
    expect(inputs.length).toBe(count);
    const found = inputs.map((input) => {
      const output = new Int8Array(outputSize);
      interpreter.invoke(input, output);
      return output;
    });
    expect(found).toEqual(expected);
    const { files } = compile(graph, { name: 'model', tflite });
    const flags = ['-std=c99', '-O2', ...SANITIZERS];
    expect(await runCompiledOnHost({ files, name: 'model', inputs, outputSize, flags })).toEqual(expected);
  });
});

function tensors(file: string, size: number): Int8Array[] {
  const bytes = readBytes(sharedData('golden', file)!);
  return Array.from({ length: bytes.length / size }, (_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size)));
}
