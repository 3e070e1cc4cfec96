// A PAD that goes into the convolution behind it: the same bytes, one layer less, and only where nothing else changes.
import { describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { verify } from '../../converter/ops/verify.js';
import { fusePadding } from '../../converter/passes/fuse_padding.js';
import { removeDeadTensors } from '../../converter/passes/remove_dead_tensors.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { runCompiledOnHost } from '../../device/host.js';
import { GraphBuilder } from '../kernels/builder.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';

const ZERO_POINT = -7;

interface Spec {
  opcode?: 'CONV_2D' | 'DEPTHWISE_CONV_2D';
  /** Before and after each of the four dimensions. */
  paddings?: number[];
  /** PADV2's. */
  value?: number;
  convPadding?: 'SAME' | 'VALID';
  padOutput?: { scale?: number; alsoOutput?: boolean };
  stride?: number;
  batches?: number;
}

/** A border around 4 × 5 places of two channels, then a convolution of 3 × 2. */
function padded(spec: Spec): Graph {
  const {
    opcode = 'CONV_2D',
    paddings = [0, 0, 1, 2, 3, 0, 0, 0],
    convPadding = 'VALID',
    stride = 1,
    batches = 1,
  } = spec;
  const b = new GraphBuilder('padded', 3);
  const x = b.activation([batches, 4, 5, 2], 0.1, ZERO_POINT);
  const sizes = [batches, 4, 5, 2].map((n, i) => paddings[2 * i]! + n + paddings[2 * i + 1]!);
  const y = b.activation(sizes, spec.padOutput?.scale ?? 0.1, ZERO_POINT);
  const borders = b.integers(paddings, [4, 2]);
  if (spec.value === undefined) b.op('PAD', [x, borders], y, {});
  else b.op('PADV2', [x, borders, valueOf(b, spec.value)], y, {});
  const [height, width, channels] = sizes.slice(1) as [number, number, number];
  const places = (n: number, filter: number) =>
    convPadding === 'SAME' ? Math.ceil(n / stride) : Math.floor((n - filter) / stride) + 1;
  const out = b.activation([sizes[0]!, places(height, 3), places(width, 2), channels], 0.9, 4);
  const shape = opcode === 'CONV_2D' ? [channels, 3, 2, channels] : [1, 3, 2, channels];
  const w = b.weights({ shape, scales: [0.02], axis: 0 });
  const window = {
    padding: convPadding,
    strideH: stride,
    strideW: stride,
    dilationH: 1,
    dilationW: 1,
    activation: 'NONE',
  } as const;
  if (opcode === 'CONV_2D') b.op(opcode, [y, w, b.bias(y, w, channels, 90)], out, window);
  else b.op(opcode, [y, w, b.bias(y, w, channels, 90)], out, { ...window, depthMultiplier: 1 });
  return b.graph(x, spec.padOutput?.alsoOutput ? [out, y] : out);
}

function valueOf(b: GraphBuilder, value: number): number {
  const quantization = { scale: [Math.fround(0.1)], zeroPoint: [ZERO_POINT], axis: 0 };
  return b.tensor({ shape: [1], dtype: 'int8', quantization, data: Int8Array.of(value) });
}

const FUSED: Record<string, Spec> = {
  'a border of different widths': {},
  'a depthwise convolution': { opcode: 'DEPTHWISE_CONV_2D' },
  'a border wider than the filter': { paddings: [0, 0, 7, 9, 0, 8, 0, 0] },
  'a stride': { stride: 2 },
  'two batches': { batches: 2 },
  'a PADV2 of zeros': { value: ZERO_POINT },
};

const KEPT: Record<string, Spec> = {
  'padded channels': { paddings: [0, 0, 1, 1, 1, 1, 0, 1] },
  'padded batches': { paddings: [1, 0, 1, 1, 1, 1, 0, 0] },
  'a SAME convolution': { convPadding: 'SAME' },
  'a border of another value': { value: 3 },
  'a scale that differs within the tolerance': { padOutput: { scale: 0.1 + 1e-7 } },
  'a padded input that is an output': { padOutput: { alsoOutput: true } },
};

const opcodes = ({ ops }: Graph) => ops.map(({ opcode }) => opcode);

describe('fusePadding', () => {
  it.each(Object.entries(FUSED))('takes in %s', async (_name, spec) => {
    const graph = padded(spec);
    verify(graph);
    const fused = removeDeadTensors(fusePadding(graph));
    verify(fused);
    expect(opcodes(fused)).toEqual([spec.opcode ?? 'CONV_2D']);
    const inputs = randomInputs(5, 6, elements(graph.tensors[graph.inputs[0]!]!.shape));
    const expected = interpreted(graph, inputs);
    expect(interpreted(fused, inputs)).toEqual(expected);
    const { files, graph: lowered } = compile(graph, { name: 'model', tflite: writeTflite(graph) });
    expect(lowered).toEqual(fused);
    const flags = ['-std=c99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const outputSize = expected[0]!.length;
    expect(await runCompiledOnHost({ files, name: 'model', inputs, outputSize, flags })).toEqual(expected);
    expect(new Set(expected.map(String)).size).toBe(expected.length);
  });

  it.each(Object.entries(KEPT))('leaves %s', (_name, spec) => {
    const graph = padded(spec);
    verify(graph);
    expect(fusePadding(graph)).toEqual(graph);
  });

  it('leaves a padded input that two layers read', () => {
    const graph = padded({});
    const conv = graph.ops[1]!;
    const second = graph.tensors.push({ ...graph.tensors[conv.outputs[0]!]!, name: 'second' }) - 1;
    const twice = {
      ...graph,
      ops: [...graph.ops, { ...conv, outputs: [second] }],
      outputs: [conv.outputs[0]!, second],
    };
    verify(twice);
    expect(fusePadding(twice)).toEqual(twice);
  });

  it('gives what no .tflite holds', () => {
    expect(() => writeTflite(fusePadding(padded({})))).toThrow(/it cannot hold explicit padding/);
  });
});
