// The compiled C against TFLite Micro: every case under the sanitizers, without optimization and with it.
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../base/files.js';
import type { Core } from '../../converter/codegen/kernel_call.js';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import { compile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { runCompiledOnHost } from '../../device/host.js';
import { sharedData } from '../shared.js';
import { runBatch } from './batch.js';
import { GraphBuilder } from './builder.js';
import { KERNEL_CASES } from './cases.js';
import { interpreted } from './interpreted.js';
import { randomGraph, randomInputs } from './random_graph.js';
import { expectSame } from './same.js';
import { readVectors } from './vectors.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
type Way = readonly [core: Core, optimize: Optimize, level: string];

const WAYS: readonly Way[] = [
  ['portable', 'speed', '-O0'],
  ['portable', 'size', '-O2'],
];
/** Ops that have kernels of their own for the DSP extension and for Helium, whose instructions are emulated here. */
const DSP_OPS = ['conv_2d', 'depthwise_conv_2d', 'fully_connected', 'average_pool_2d', 'ds_cnn'];
const MVE_OPS = [...DSP_OPS, 'max_pool_2d', 'add', 'sub', 'logistic', 'quantize'];
const DSP_WAYS: readonly Way[] = [
  ['dsp', 'speed', '-O2'],
  ['dsp', 'size', '-O0'],
];
const MVE_WAYS: readonly Way[] = [['mve', 'speed', '-O1']];

function waysOf(op: string): Way[] {
  const own: readonly [readonly string[], readonly Way[]][] = [
    [DSP_OPS, DSP_WAYS],
    [MVE_OPS, MVE_WAYS],
  ];
  return [...WAYS, ...own.flatMap(([ops, ways]) => (ops.includes(op) ? ways : []))];
}

describe.each(Object.entries(KERNEL_CASES))('%s in C', (op, cases) => {
  it.each(waysOf(op))('equals TFLite Micro: %s, %s, %s', { timeout: 120_000 }, (core, optimize, level) => {
    const vectors = readVectors(op);
    const jobs = Object.entries(cases).map(([name, graph]) => ({ name, graph, inputs: vectors[name]!.inputs }));
    const found = runBatch(jobs, ['-std=c99', level, ...SANITIZERS], { core, optimize });
    jobs.forEach(({ name }, i) => expectSame(found[i]!, vectors[name]!.outputs, name));
    expect(jobs.length).toBeGreaterThan(0);
  });
});

const RANDOM_GRAPHS = 16;

/** Random chains of layers of which the output depends on the input: not all do, as a clamp may swallow it. */
function livelyGraphs(): [string, Graph, IO][] {
  const graphs: [string, Graph, IO][] = [];
  for (let seed = 0; graphs.length < RANDOM_GRAPHS; seed++) {
    const graph = randomGraph(seed, 2 + (seed % 3));
    const io = answered(graph, 20);
    const distinct = new Set(io.outputs.map(String)).size;
    if (distinct > 10) graphs.push([graph.name, graph, io]);
  }
  return graphs;
}

describe('C equals the interpreter', () => {
  it.each(['portable', 'dsp', 'mve'] as const)('on random graphs, %s', (core) => {
    const graphs = livelyGraphs();
    const jobs = graphs.map(([, graph, { inputs }]) => ({ graph, inputs }));
    const found = runBatch(jobs, ['-std=c99', '-O1', ...SANITIZERS], { core });
    graphs.forEach(([name, , { outputs }], i) => expectSame(found[i]!, outputs, name));
  });
});

interface IO {
  inputs: Int8Array[];
  outputs: Int8Array[];
}

function answered(graph: Graph, count: number): IO {
  const { inputSize } = createInterpreter(graph);
  const inputs = randomInputs(count, count, inputSize);
  return { inputs, outputs: interpreted(graph, inputs) };
}

describe('softmax of a thousand classes', () => {
  it('gives nothing to all where they are alike, and all to the one that stands out', () => {
    const graph = wideSoftmax(1000);
    const flat = new Int8Array(1000);
    const peak = new Int8Array(1000);
    peak[700] = 127;
    const expected = [new Int8Array(1000).fill(-128), Int8Array.from(peak, (x) => (x ? 127 : -128))];
    const inputs = [flat, peak];
    expect(interpreted(graph, inputs)).toEqual(expected);
    expect(runBatch([{ graph, inputs }], ['-std=c99', '-O1', ...SANITIZERS])).toEqual([expected]);
  });
});

function wideSoftmax(depth: number): Graph {
  const b = new GraphBuilder('wide', 1);
  const [x, y] = [b.activation([1, depth], 0.2, 0), b.activation([1, depth], 1 / 256, -128)];
  return b.graph(x, b.op('SOFTMAX', [x], y, { beta: 1 }));
}

/** Vectors that are enough for kernels whose instructions are emulated. */
const EMULATED = 100;

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
    const run = { name: 'model', outputSize, flags: ['-std=c99', '-O2', ...SANITIZERS] };
    const portable = compile(graph, { name: 'model', tflite });
    expect(await runCompiledOnHost({ ...run, files: portable.files, inputs })).toEqual(expected);
    for (const core of ['dsp', 'mve'] as const) {
      const { files } = compile(graph, { name: 'model', tflite, core });
      const some = inputs.slice(0, EMULATED);
      expect(await runCompiledOnHost({ ...run, files, inputs: some })).toEqual(expected.slice(0, EMULATED));
    }
  });
});

function tensors(file: string, size: number): Int8Array[] {
  const bytes = readBytes(sharedData('golden', file)!);
  return Array.from({ length: bytes.length / size }, (_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size)));
}
