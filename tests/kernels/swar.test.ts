// Two pixels in a word: what is largest in either must not spill into the other.
import { describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { benchModel } from '../../device/bench.js';
import { findProgram } from '../../device/tools.js';
import { loadBenchTarget } from '../../firmware-templates/index.js';
import { runBatch } from './batch.js';
import { GraphBuilder } from './builder.js';
import { interpreted } from './interpreted.js';
import { expectSame } from './same.js';

const PIXELS = 6;
const EXTREMES = [-128, -127, 127];

/** A 1 × 1 convolution with these weights in each of two rows, the second one negated as far as int8 goes. */
function pointwise(weights: readonly number[]): Graph {
  const depth = weights.length;
  const b = new GraphBuilder('extremes', 1);
  const input = b.activation([1, 1, PIXELS, depth], 0.05, -3);
  const data = Int8Array.from([...weights, ...weights.map((w) => Math.max(-128, Math.min(127, -w)))]);
  const quantization = { scale: [Math.fround(0.01)], zeroPoint: [0], axis: 0 };
  const filter = b.tensor({ shape: [2, 1, 1, depth], dtype: 'int8', quantization, data });
  const output = b.activation([1, 1, PIXELS, 2], 0.7 * depth, 5);
  const options = { padding: 'VALID', strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: 'NONE' } as const;
  return b.graph(input, b.op('CONV_2D', [input, filter], output, options));
}

/** All the same, in turns, and one pixel against the others. */
function inputs(depth: number): Int8Array[] {
  const size = PIXELS * depth;
  const of = (value: (pixel: number, k: number) => number) =>
    Int8Array.from({ length: size }, (_, i) => value(Math.floor(i / depth), i % depth));
  return EXTREMES.flatMap((x) =>
    EXTREMES.flatMap((y) => [of(() => x), of((pixel) => (pixel % 2 ? x : y)), of((_, k) => (k % 2 ? x : y))]),
  );
}

const graphs = [4, 7, 8, 66].flatMap((depth) =>
  [[127], [-127], [127, -127], [-128, 127], [-128, -128], [-128, -127], [127, 127, -128, 1]].map((turns) =>
    pointwise(Array.from({ length: depth }, (_, k) => turns[k % turns.length]!)),
  ),
);
const depthOf = ({ tensors, inputs: [input] }: Graph) => tensors[input!]!.shape[3]!;

describe('the largest weights with the largest inputs', () => {
  const jobs = graphs.map((graph) => ({ graph, inputs: inputs(depthOf(graph)) }));

  it('are multiplied two pixels at a time, but where two weights of -128 meet', () => {
    const kernels = graphs.map((graph) => {
      const { files } = compile(graph, { name: 'm', tflite: writeTflite(graph), core: 'swar' });
      return /tk_conv_2d\w*_s8/.exec(files.find(({ path }) => path === 'model.c')!.text)![0];
    });
    const meet = graphs.map((_, i) => i % 7 === 4);
    expect(kernels).toEqual(meet.map((plain) => (plain ? 'tk_conv_2d_s8' : 'tk_conv_2d_swar_s8')));
  });

  it('come out exact on the host', { timeout: 120_000 }, () => {
    const flags = ['-std=c99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const found = runBatch(jobs, flags, { core: 'swar' });
    jobs.forEach((job, i) => expectSame(found[i]!, interpreted(job.graph, job.inputs), `graph ${i}`));
  });

  it.skipIf(!findProgram('qemu-system-arm')).each(['virtual-cortex-m0plus', 'virtual-cortex-m3'])(
    'and on %s',
    { timeout: 120_000 },
    (name) => {
      const target = loadBenchTarget(name);
      for (const { graph, inputs: vectors } of jobs.slice(-7)) {
        const {
          files,
          inputs: ins,
          outputs,
        } = compile(graph, {
          name: 'model',
          tflite: writeTflite(graph),
          core: target.kernels,
        });
        const found = benchModel({
          files,
          name: 'model',
          inputs: ins,
          outputs,
          layers: [],
          target,
          vectors,
          optimization: '-O2',
        });
        expectSame(found.outputs, interpreted(graph, vectors), graph.name);
      }
    },
  );
});
