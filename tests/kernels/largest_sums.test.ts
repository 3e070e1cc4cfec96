// Sums at the limits of what kernels that add up several in one word can hold apart: products of -128 and 127 alone.
import { describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { benchModel } from '../../device/bench.js';
import { findProgram } from '../../device/tools.js';
import { benchTargets } from '../../firmware-templates/index.js';
import { runBatch } from './batch.js';
import { GraphBuilder } from './builder.js';
import { interpreted } from './interpreted.js';
import { expectSame } from './same.js';
import { sideBySide } from './side_by_side.js';

const DEPTHS = [1, 2, 3, 63, 64, 65, 128, 129, 200];
const PIXELS = 4;
const SANITIZERS = ['-std=c99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const tools = ['arm-none-eabi-gcc', 'qemu-system-arm'];

/** What weights of a row and inputs of a pixel are. */
const PATTERNS: readonly ((k: number) => number)[] = [
  () => -128,
  () => 127,
  (k) => (k % 2 === 0 ? -128 : 127),
  (k) => ((k * 2654435761) % 7 < 3 ? 127 : -128),
];
const PAIRS = PATTERNS.flatMap((weight) => PATTERNS.map((input) => ({ weight, input })));

function pattern(of: (k: number) => number, depth: number): number[] {
  return Array.from({ length: depth }, (_, k) => of(k));
}

/** A 1×1 convolution whose channel of each pair has its sum near 0 on pixels of the pair's input, where each unit shows. */
function extremes(depth: number): Graph {
  const b = new GraphBuilder(`depth ${depth}`, depth);
  const channels = PAIRS.length;
  const one = { scale: [1], zeroPoint: [0], axis: 0 };
  const weights = Int8Array.from(PAIRS.flatMap(({ weight }) => pattern(weight, depth)));
  const bias = Int32Array.from(PAIRS, ({ weight, input }, i) =>
    pattern(input, depth).reduce((sum, x, k) => sum - x * weight(k), 4 * i),
  );
  const x = b.activation([1, 1, PIXELS, depth], 1, 0);
  const w = b.tensor({ shape: [channels, 1, 1, depth], dtype: 'int8', quantization: one, data: weights });
  const c = b.tensor({ shape: [channels], dtype: 'int32', quantization: one, data: bias });
  const y = b.activation([1, 1, PIXELS, channels], 4, 0);
  const options = { padding: 'VALID', strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: 'NONE' } as const;
  return b.graph(x, b.op('CONV_2D', [x, w, c], y, options));
}

/** Layers whose sums are up to 2³¹, and lie on either side of where their output goes from one number to the next. */
function biased(): Graph {
  const b = new GraphBuilder('biases', 1);
  const one = { scale: [1], zeroPoint: [0], axis: 0 };
  const layers = Array.from({ length: 20 }, (_, i) => 1 - 0.017 * i).flatMap((fraction) =>
    [-127, -110, -65, -64, 31, 63, 64, 100, 113, 126].map((output) => {
      const scale = fraction * (2 ** 24 - 2 ** 12);
      const weight = { dtype: 'int8', quantization: one, data: Int8Array.of(output) } as const;
      const bias = { dtype: 'int32', quantization: one, data: Int32Array.of((output + 0.5) * scale) } as const;
      const x = b.activation([1, 1], 1, 0);
      const constants = [b.tensor({ shape: [1, 1], ...weight }), b.tensor({ shape: [1], ...bias })];
      const y = b.activation([1, 1], scale, 0);
      return [x, b.op('FULLY_CONNECTED', [x, ...constants], y, { activation: 'NONE', keepNumDims: false })] as const;
    }),
  );
  return b.graph(
    layers.map(([x]) => x),
    layers.map(([, y]) => y),
  );
}

/** Each pattern at each place of a flight. */
function inputsOf(depth: number): Int8Array[] {
  return PATTERNS.map((_, shift) => {
    const pixels = Array.from({ length: PIXELS }, (__, pixel) => PATTERNS[(pixel + shift) % PATTERNS.length]!);
    return Int8Array.from(pixels.flatMap((of) => pattern(of, depth)));
  });
}

describe('the largest sums', () => {
  const jobs = [
    ...DEPTHS.map((depth) => ({ graph: extremes(depth), inputs: inputsOf(depth) })),
    { graph: biased(), inputs: PATTERNS.map((of) => Int8Array.from(pattern(of, 200))) },
  ];
  const expected = jobs.map(({ graph, inputs }) => interpreted(graph, inputs));

  it('show in outputs that are not clamped', () => {
    const inside = expected
      .slice(0, DEPTHS.length)
      .map((outputs) => outputs[0]!.filter((value) => Math.abs(value) < 100).length);
    expect(Math.min(...inside)).toBeGreaterThanOrEqual(PAIRS.length);
  });

  it.each(['portable', 'dsp'] as const)('are the same in C, %s', { timeout: 60_000 }, (core) => {
    const found = runBatch(jobs, SANITIZERS, { core });
    jobs.forEach(({ graph }, i) => expectSame(found[i]!, expected[i]!, graph.name));
  });

  const graph = sideBySide(
    'extremes',
    jobs.map(({ graph: own }) => own),
  );
  const vectors = PATTERNS.map((_, v) => Int8Array.from(jobs.flatMap(({ inputs }) => [...inputs[v]!])));
  const together = PATTERNS.map((_, v) => Int8Array.from(expected.flatMap((outputs) => [...outputs[v]!])));

  it
    .skipIf(!tools.every((tool) => findProgram(tool)))
    .each(benchTargets().map((target) => [target.name, target] as const))(
    'are the same on %s',
    { timeout: 60_000 },
    (_, target) => {
      const model = compile(graph, { name: 'model', tflite: writeTflite(graph), core: target.kernels });
      const { files, inputs, outputs } = model;
      const options = { files, name: 'model', inputs, outputs, layers: [], target, vectors, optimization: '-O2' };
      expectSame(benchModel(options).outputs, together, target.name);
    },
  );
});
