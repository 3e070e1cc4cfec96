// Networks whose tensors share bytes, as compiled C, against the interpreter, where each tensor has its own.
import { describe, expect, it } from 'vitest';
import { byteSize, type Graph } from '../../converter/graph/graph.js';
import { memoryPlanOf } from '../../converter/memory_plan.js';
import { verify } from '../../converter/ops/verify.js';
import { runBatch } from '../kernels/batch.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomDag } from '../kernels/random_dag.js';
import { randomInputs } from '../kernels/random_graph.js';
import { expectSame } from '../kernels/same.js';
import { firstFit } from './first_fit.js';

const GRAPHS = 120;
const VECTORS = 4;
const FLAGS = ['-std=c99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const graphs = Array.from({ length: GRAPHS }, (_, seed) => randomDag(seed, 2 + (seed % 12)));

function inputsOf({ tensors, inputs }: Graph, seed: number): Int8Array[] {
  return randomInputs(
    seed,
    VECTORS,
    inputs.reduce((sum, index) => sum + byteSize(tensors[index]!), 0),
  );
}

describe('random networks with branches', () => {
  it('are valid, of every kind of layer, and depend on their inputs', () => {
    graphs.forEach((graph) => verify(graph));
    expect(new Set(graphs.flatMap(({ ops }) => ops.map(({ opcode }) => opcode))).size).toBe(21);
    const distinct = graphs.map((graph, i) => new Set(interpreted(graph, inputsOf(graph, i)).map(String)).size);
    expect(distinct.filter((n) => n === VECTORS).length).toBeGreaterThan(0.9 * GRAPHS);
  });

  it('take no more than first fit gave their tensors, and no less than they need', () => {
    for (const graph of graphs) {
      const withoutScratch = graph.ops.map(() => []);
      const { arenaBytes, lowerBound } = memoryPlanOf(graph, withoutScratch);
      expect(arenaBytes).toBeGreaterThanOrEqual(lowerBound);
      expect(arenaBytes).toBeLessThanOrEqual(firstFit(graph));
    }
  });

  it.each([0, 1, 2])(
    'give the same bytes where their tensors share memory, third %i',
    { timeout: 300_000 },
    (third) => {
      const some = graphs.filter((_, i) => i % 3 === third);
      const jobs = some.map((graph, i) => ({ graph, inputs: inputsOf(graph, i) }));
      const found = runBatch(jobs, FLAGS);
      jobs.forEach(({ graph, inputs }, i) => expectSame(found[i]!, interpreted(graph, inputs), graph.name));
    },
  );
});
