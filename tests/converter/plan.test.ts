import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { byteSize, type Graph, type Op, type Tensor } from '../../converter/graph/graph.js';
import { ALIGNMENT, offsetOf, planMemory, type Allocation } from '../../converter/memory/plan.js';

/** Ops that each read one or two earlier tensors and write a new one; some only rename. */
function randomGraph(seed: number): Graph {
  const random = new Random(seed);
  const tensor = (size: number): Tensor => ({ name: 't', shape: [1, size], dtype: 'int8' });
  const tensors = [tensor(1 + random.integer(500))];
  const ops: Op[] = [];
  for (let i = 0; i < 3 + random.integer(12); i++) {
    const alias = random.integer(4) === 0;
    const input = tensors.length - 1 - random.integer(Math.min(3, tensors.length));
    tensors.push(tensor(alias ? tensors[input]!.shape[1]! : 1 + random.integer(500)));
    const common = { name: `op${i}`, inputs: [input], outputs: [tensors.length - 1] };
    const reshape: Op = { ...common, opcode: 'RESHAPE', options: { newShape: [] } };
    ops.push(alias ? reshape : { ...common, opcode: 'SOFTMAX', options: { beta: 1 } });
  }
  return { name: `random ${seed}`, tensors, ops, inputs: [0], outputs: [tensors.length - 1], metadata: new Map() };
}

const overlap = (a: Allocation, b: Allocation) =>
  a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes && a.firstOp <= b.lastOp && b.firstOp <= a.lastOp;

describe('the memory plan', () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'of random graph %i has no two live tensors in one place',
    (seed) => {
      const graph = randomGraph(seed);
      const { allocations, arenaBytes } = planMemory(graph);
      allocations.forEach((a, i) => allocations.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
      for (const { offset, bytes } of allocations) {
        expect(offset % ALIGNMENT).toBe(0);
        expect(offset + bytes).toBeLessThanOrEqual(arenaBytes);
      }
      expect(arenaBytes).toBeLessThanOrEqual(allocations.reduce((sum, { bytes }) => sum + bytes + ALIGNMENT, 0));
    },
  );

  it('gives what is read and written at once room for both, and no more', () => {
    const graph = randomGraph(1);
    const sizes = [40, 100, 60, 20];
    graph.tensors = sizes.map((size) => ({ name: 't', shape: [1, size], dtype: 'int8' }));
    graph.ops = [0, 1, 2].map((i) => ({
      opcode: 'SOFTMAX',
      name: `op${i}`,
      inputs: [i],
      outputs: [i + 1],
      options: { beta: 1 },
    }));
    graph.outputs = [3];
    expect(planMemory(graph).arenaBytes).toBe(160);
  });

  it('lets a RESHAPE rename its input in place', () => {
    const graph = randomGraph(1);
    graph.tensors = [10, 10].map((size) => ({ name: 't', shape: [1, size], dtype: 'int8' }));
    graph.ops = [{ opcode: 'RESHAPE', name: 'r', inputs: [0], outputs: [1], options: { newShape: [10] } }];
    graph.outputs = [1];
    const plan = planMemory(graph);
    expect(offsetOf(plan, 1)).toBe(offsetOf(plan, 0));
    expect(plan.arenaBytes).toBe(12);
    expect(byteSize(graph.tensors[1]!)).toBe(10);
  });
});
