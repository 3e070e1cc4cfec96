// What compile() says of a model in its header, and what it refuses.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../base/files.js';
import { compile } from '../../converter/compile.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const dsCnn = KERNEL_CASES['ds_cnn']!['all_ops']!;
const caseOf = (op: string, name: string) => KERNEL_CASES[op]![name]!;

function compiled(graph: Graph, name = 'net') {
  return compile(graph, { name, tflite: writeTflite(graph) });
}

function fileOf(graph: Graph, path: string): string {
  return compiled(graph).files.find((file) => file.path === path)!.text;
}

function macros(header: string): Record<string, string> {
  return Object.fromEntries([...header.matchAll(/^#define (\w+) (.+)$/gm)].map(([, name, value]) => [name, value]));
}

describe('model.h', () => {
  const { plan, modelHash, planId } = compiled(dsCnn);

  it('holds sizes, scales, the arena and the hash', () => {
    expect(modelHash).toBe(sha256(writeTflite(dsCnn)).slice(0, 16));
    expect(macros(fileOf(dsCnn, 'model.h'))).toEqual({
      NET_MODEL_HASH: `"${modelHash}"`,
      NET_ARENA_SIZE: String(plan.arenaBytes),
      NET_LAYERS: String(dsCnn.ops.length - 1),
      NET_PLAN: `"${planId}"`,
      NET_INPUT_SIZE: '60',
      NET_INPUT_SCALE: '0.0500000007f',
      NET_INPUT_ZERO_POINT: '(20)',
      NET_OUTPUT_SIZE: '4',
      NET_OUTPUT_SCALE: '0.00390625f',
      NET_OUTPUT_ZERO_POINT: '(-128)',
    });
  });

  it('declares the six functions', () => {
    const declared = [...fileOf(dsCnn, 'model.h').matchAll(/^\S.* \**(net_\w+)\(.*\);$/gm)].map(([, name]) => name);
    const calls = ['net_init', 'net_input', 'net_invoke', 'net_invoke_layers', 'net_arena', 'net_output'];
    expect(declared).toEqual(calls);
  });
});

describe('model.c', () => {
  const source = fileOf(dsCnn, 'model.c');

  it('runs each layer once, in order, but for the one that only renames', () => {
    const body = /void net_invoke\(void\) \{\n([^}]*)\}/.exec(source)![1]!;
    const runs = dsCnn.ops.filter(({ opcode }) => opcode !== 'RESHAPE').map(({ name }) => `${name}_run();`);
    expect(body).toBe(runs.map((run) => `  ${run}\n`).join(''));
    const cases = [...source.matchAll(/case (\d+):\n +(\w+\(\);)/g)].map(([, number, run]) => [number, run]);
    expect(cases).toEqual(runs.map((run, i) => [String(i), run]));
    expect(source).toMatch(/\/\* RESHAPE \w+: \[1, 1, 1, 6\] -> \[1, 6\], in place \*\//);
  });

  it('has lines that fit a screen', () =>
    expect(Math.max(...source.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120));

  it('keeps one multiplier for a layer with one weight scale', () => {
    const arrays = (graph: Graph) => [...fileOf(graph, 'model.c').matchAll(/_multiplier\[(\d+)\]/g)].map(([, n]) => n);
    expect(arrays(caseOf('fully_connected', 'per_tensor'))).toEqual(['1']);
    expect(arrays(caseOf('fully_connected', 'per_channel'))).toEqual(['5']);
    expect(arrays(caseOf('conv_2d', 'same_stride_2_relu'))).toEqual(['5']);
  });
});

describe('weightBytes', () => {
  it('counts constants and the requantization of each channel', () => {
    const graph = caseOf('fully_connected', 'per_tensor');
    const [weights, bias] = graph.ops[0]!.inputs.slice(1).map((index) => elements(graph.tensors[index]!.shape));
    expect(compiled(graph).weightBytes).toBe(weights! + 4 * bias! + 4 + 1);
  });
});

describe('refused', () => {
  it.each(['', '1st', 'a-b', 'a b', 'é', 'x;'])('the name %j', (name) => {
    expect(() => compiled(dsCnn, name)).toThrow(expect.objectContaining({ code: 'name-invalid' }));
  });

  it('a float model, by its layer or its ends', () => {
    const float: Graph = {
      name: 'float.tflite',
      tensors: ['x', 'y'].map((name) => ({ name, shape: [1, 4], dtype: 'float32' as const })),
      ops: [{ opcode: 'SOFTMAX', name: 'y', inputs: [0], outputs: [1], options: { beta: 1 } }],
      inputs: [0],
      outputs: [1],
      metadata: new Map(),
    };
    expect(() => compile(float, { name: 'net', tflite: new Uint8Array() })).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ what: 'there is no int8 kernel for it' }),
      }),
    );
  });
});
