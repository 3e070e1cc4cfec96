// The runtimes of desktops and browsers, where they are there: LiteRT, and tfjs-tflite's WebAssembly.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';
import type { Graph, Op } from '../../converter/graph/graph.js';

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

export interface Runtime {
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

export const RUNTIMES: readonly Runtime[] = [
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

/** As litert.py and tfjs_tflite.mjs take it: base64 of the file, and of the bytes of its inputs. */
export interface RuntimeJob {
  model: string;
  inputs: string;
}

export type Answer = { outputs: string } | { error: string };

/** All jobs in one process; where one of them ends it, the halves in two. */
export function ask(runtime: Runtime, jobs: readonly RuntimeJob[]): Answer[] {
  const [program, ...args] = runtime.command;
  const run = spawnSync(program, args, { input: JSON.stringify(jobs), maxBuffer: 2 ** 28 });
  if (run.status === 0) return JSON.parse(run.stdout.toString()) as Answer[];
  if (jobs.length === 1) return [{ error: `ended with ${run.signal ?? run.status}` }];
  const half = jobs.length >> 1;
  return [...ask(runtime, jobs.slice(0, half)), ...ask(runtime, jobs.slice(half))];
}
