// Layers drawn at random: the compiled C equals the interpreter, whatever the shapes, the scales and the zero points.
import { describe, expect, it } from 'vitest';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { runBatch } from './batch.js';
import { interpreted } from './interpreted.js';
import { randomInputs } from './random_graph.js';
import { randomLayers } from './random_layers.js';
import { expectSame } from './same.js';

const LAYERS = 120;
const VECTORS = 5;
const FLAGS = ['-std=c99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

function inputsOf({ tensors, inputs }: Graph, seed: number): Int8Array[] {
  return randomInputs(seed, VECTORS, elements(tensors[inputs[0]!]!.shape));
}

describe('random layers', () => {
  const graphs = randomLayers(1, LAYERS);
  const jobs = graphs.map((graph, seed) => ({ graph, inputs: inputsOf(graph, seed) }));
  const expected = jobs.map(({ graph, inputs }) => interpreted(graph, inputs));

  it('draw every op, and outputs that depend on the input', () => {
    const opcodes = new Set(graphs.flatMap(({ ops }) => ops.map(({ opcode }) => opcode)));
    expect(opcodes.size).toBe(8);
    const lively = expected.filter((outputs) => new Set(outputs.map(String)).size > 1);
    expect(lively.length).toBeGreaterThan(LAYERS / 2);
  });

  it.each([
    ['portable', 'speed'],
    ['dsp', 'speed'],
    ['dsp', 'size'],
    ['mve', 'speed'],
    ['mve', 'size'],
  ] as const)('are the same in C, %s, %s', { timeout: 120_000 }, (core, optimize) => {
    const found = runBatch(jobs, FLAGS, { core, optimize });
    graphs.forEach(({ name }, i) => expectSame(found[i]!, expected[i]!, name));
  });
});
