// Every file that we write loads and runs where TensorFlow Lite models run: LiteRT, and tfjs-tflite's WebAssembly.
// Both compute in their own arithmetic (XNNPACK), so what is compared is how far they are, not bytes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import type { Graph, Op } from '../../converter/graph/graph.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { KERNELS_FOLDER, readVectors } from '../kernels/vectors.js';

const TFJS_TFLITE = join(
  packageRoot(),
  'node_modules',
  '.cache',
  'oracles',
  'node_modules',
  '@tensorflow',
  'tfjs-tflite',
);
const here = join(packageRoot(), 'tests', 'runtimes');

interface Runtime {
  name: string;
  there: boolean;
  command: readonly [string, ...string[]];
  /** What TFLite Micro runs, and it does not. */
  lacks(op: Op, graph: Graph): boolean;
}

const SMALLEST_NORMAL = 2 ** -126;

/**
 * Neither runs an int8 convolution without a bias, a PRELU that widens its input, or a scale below the normal numbers;
 * SVDF in int8 is for RELU alone.
 */
function lacksOnDesktops(op: Op, { tensors }: Graph): boolean {
  const isConvolution = op.opcode === 'CONV_2D' || op.opcode === 'DEPTHWISE_CONV_2D';
  if (isConvolution) return (op.inputs[2] ?? -1) === -1;
  const [input, output] = [tensors[op.inputs[0]!]!, tensors[op.outputs[0]!]!];
  if (op.opcode === 'PRELU') return input.shape.join() !== output.shape.join();
  if (op.opcode === 'DEQUANTIZE') return input.quantization!.scale[0]! < SMALLEST_NORMAL;
  return op.opcode === 'SVDF' && op.options.activation !== 'RELU';
}

const BROADCASTING: ReadonlySet<string> = new Set(['MAXIMUM', 'MINIMUM', 'PRELU']);

/** It broadcasts in five dimensions, and fuses no activation into TRANSPOSE_CONV. */
function lacksInBrowsers(op: Op, graph: Graph): boolean {
  if (op.opcode === 'TRANSPOSE_CONV') return op.options.activation !== 'NONE';
  const rank = graph.tensors[op.outputs[0]!]!.shape.length;
  return lacksOnDesktops(op, graph) || (BROADCASTING.has(op.opcode) && rank > 5);
}

const RUNTIMES: readonly Runtime[] = [
  {
    name: 'LiteRT',
    there: spawnSync('python3', ['-c', 'import ai_edge_litert.interpreter']).status === 0,
    command: ['python3', join(here, 'litert.py')],
    lacks: lacksOnDesktops,
  },
  {
    name: 'tfjs-tflite',
    there: existsSync(TFJS_TFLITE),
    command: ['node', join(here, 'tfjs_tflite.mjs'), TFJS_TFLITE],
    lacks: lacksInBrowsers,
  },
];

interface Job {
  name: string;
  model: string;
  inputs: string;
  outputs: Int8Array;
}

/** The committed cases of an op that the runtime takes, each with the last of its vectors: a random one. */
function jobsOf(op: string, { lacks }: Runtime): Job[] {
  const models = JSON.parse(readFileSync(join(KERNELS_FOLDER, `${op}.models.json`), 'utf8')) as Record<string, string>;
  const vectors = readVectors(op);
  const understood = Object.entries(models).filter(([name]) => {
    const graph = KERNEL_CASES[op]![name]!;
    return !graph.ops.some((each) => lacks(each, graph));
  });
  return understood.map(([name, model]) => {
    const { inputs, outputs } = vectors[name]!;
    return { name, model, inputs: Buffer.from(inputs.at(-1)!).toString('base64'), outputs: outputs.at(-1)! };
  });
}

type Answer = { outputs: string } | { error: string };

/** All jobs in one process; where one of them ends it, the halves in two. */
function ask(runtime: Runtime, jobs: readonly Job[]): Answer[] {
  const [program, ...args] = runtime.command;
  const run = spawnSync(program, args, { input: JSON.stringify(jobs), maxBuffer: 2 ** 28 });
  if (run.status === 0) return JSON.parse(run.stdout.toString()) as Answer[];
  if (jobs.length === 1) return [{ error: `ended with ${run.signal ?? run.status}` }];
  const half = jobs.length >> 1;
  return [...ask(runtime, jobs.slice(0, half)), ...ask(runtime, jobs.slice(half))];
}

describe.each(RUNTIMES)('$name', (runtime) => {
  it.skipIf(!runtime.there).each(Object.keys(KERNEL_CASES))('runs our files of %s', (op) => {
    const jobs = jobsOf(op, runtime);
    const failed = ask(runtime, jobs).flatMap((answer, i) => {
      const { name, outputs } = jobs[i]!;
      if ('error' in answer) return [`${name}: ${answer.error}`];
      const size = Buffer.from(answer.outputs, 'base64').length;
      return size === outputs.length ? [] : [`${name}: gave ${size} B, not ${outputs.length}`];
    });
    expect(failed).toEqual([]);
    expect(jobs.length).toBeGreaterThan(0);
  });
});
