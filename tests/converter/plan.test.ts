// The arena's plan against random graphs, run byte by byte: what an op reads is still what was written there.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { byteSize, type Graph, type Op, type Tensor } from '../../converter/graph/graph.js';
import { definitionOf } from '../../converter/ops/table.js';
import { ALIGNMENT, offsetOf, planMemory, type MemoryPlan } from '../../converter/memory/plan.js';

/** Ops that each read one or two of the last tensors and write a new one; some only rename. */
function randomGraph(seed: number): Graph {
  const random = new Random(seed);
  const tensor = (size: number): Tensor => ({ name: 't', shape: [1, size], dtype: 'int8' });
  const tensors = [tensor(1 + random.integer(500))];
  const ops: Op[] = [];
  for (let i = 0; i < 3 + random.integer(12); i++) {
    const alias = random.integer(4) === 0;
    const recent = () => tensors.length - 1 - random.integer(Math.min(3, tensors.length));
    const inputs = alias || random.integer(2) === 0 ? [recent()] : [recent(), recent()];
    tensors.push(tensor(alias ? tensors[inputs[0]!]!.shape[1]! : 1 + random.integer(500)));
    const common = { name: `op${i}`, inputs, outputs: [tensors.length - 1] };
    const reshape: Op = { ...common, opcode: 'RESHAPE', options: { newShape: [] } };
    ops.push(alias ? reshape : { ...common, opcode: 'SOFTMAX', options: { beta: 1 } });
  }
  return { name: `random ${seed}`, tensors, ops, inputs: [0], outputs: [tensors.length - 1], metadata: new Map() };
}

const NEEDS = { isAlias: (op: Op) => definitionOf(op).isAlias === true, scratchBytes: () => 0 };

/** Runs the graph in an arena of bytes that know whose they are. @returns the tensors that were read after they were lost */
function lostTensors(graph: Graph, plan: MemoryPlan): number[] {
  const arena = new Int32Array(plan.arenaBytes).fill(-1);
  const owner = new Map<number, number>();
  const bytesOf = (tensor: number) => {
    const offset = offsetOf(plan, tensor);
    return arena.subarray(offset, offset + byteSize(graph.tensors[tensor]!));
  };
  const write = (tensor: number) => {
    expect(bytesOf(tensor).length).toBe(byteSize(graph.tensors[tensor]!));
    owner.set(tensor, tensor);
    bytesOf(tensor).fill(tensor);
  };
  const lost = (tensor: number) => bytesOf(tensor).some((value) => value !== owner.get(tensor));
  graph.inputs.forEach(write);
  const found = graph.ops.flatMap((op) => {
    if (definitionOf(op).isAlias) owner.set(op.outputs[0]!, owner.get(op.inputs[0]!)!);
    else op.outputs.forEach(write);
    // After the write: an op writes its output while it still reads its inputs.
    return op.inputs.filter(lost);
  });
  return [...found, ...graph.outputs.filter(lost)];
}

describe('the memory plan', () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))('of random graph %i loses nothing that is read', (seed) => {
    const graph = randomGraph(seed);
    const plan = planMemory(graph, NEEDS);
    expect(lostTensors(graph, plan)).toEqual([]);
    for (const { offset } of plan.allocations) expect(offset % ALIGNMENT).toBe(0);
    const ends = plan.allocations.map(({ offset, bytes }) => offset + bytes);
    expect(plan.arenaBytes).toBe(Math.ceil(Math.max(...ends) / ALIGNMENT) * ALIGNMENT);
  });

  it('is what that check would refuse where two tensors met', () => {
    const graph = randomGraph(1);
    const plan = planMemory(graph, NEEDS);
    for (const allocation of plan.allocations) allocation.offset = 0;
    expect(lostTensors(graph, plan)).not.toEqual([]);
  });

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
    expect(planMemory(graph, NEEDS).arenaBytes).toBe(160);
  });

  it('lets a RESHAPE rename its input in place', () => {
    const graph = randomGraph(1);
    graph.tensors = [10, 10].map((size) => ({ name: 't', shape: [1, size], dtype: 'int8' }));
    graph.ops = [{ opcode: 'RESHAPE', name: 'r', inputs: [0], outputs: [1], options: { newShape: [10] } }];
    graph.outputs = [1];
    const plan = planMemory(graph, NEEDS);
    expect(offsetOf(plan, 1)).toBe(offsetOf(plan, 0));
    expect(plan.arenaBytes).toBe(12);
    expect(byteSize(graph.tensors[1]!)).toBe(10);
  });
});
