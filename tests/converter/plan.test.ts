// The arena's plan against random graphs, run byte by byte: what an op reads is still what was written there.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { byteSize, type Graph, type Op, type Tensor } from '../../converter/graph/graph.js';
import {
  ALIGNMENT,
  bytesInUse,
  offsetOf,
  planMemory,
  scratchOffset,
  type MemoryNeeds,
  type MemoryPlan,
  type Overlap,
} from '../../converter/memory/plan.js';
import { definitionOf } from '../../converter/ops/table.js';
import { firstFit } from './first_fit.js';

const tensorOf = (size: number): Tensor => ({ name: 't', shape: [1, size], dtype: 'int8' });

/** Ops that each read one or two of the last tensors and write one or two new ones; some only rename. */
function randomGraph(seed: number): Graph {
  const random = new Random(seed);
  const tensors = [tensorOf(1 + random.integer(500))];
  const ops: Op[] = [];
  for (let i = 0; i < 3 + random.integer(12); i++) {
    const alias = random.integer(4) === 0;
    const recent = () => tensors.length - 1 - random.integer(Math.min(3, tensors.length));
    const inputs = alias || random.integer(2) === 0 ? [recent()] : [recent(), recent()];
    const sizes = alias
      ? [tensors[inputs[0]!]!.shape[1]!]
      : [500, 300].slice(random.integer(2)).map((most) => 1 + random.integer(most));
    const outputs = sizes.map((size) => tensors.push(tensorOf(size)) - 1);
    const common = { name: `op${i}`, inputs, outputs };
    const reshape: Op = { ...common, opcode: 'RESHAPE', options: { newShape: [] } };
    ops.push(alias ? reshape : { ...common, opcode: 'SOFTMAX', options: { beta: 1 } });
  }
  return { name: `random ${seed}`, tensors, ops, inputs: [0], outputs: [tensors.length - 1], metadata: new Map() };
}

const isAlias = (op: Op) => definitionOf(op).isAlias === true;
const NEEDS: MemoryNeeds = { isAlias, scratchBytes: () => 0, overlaps: () => [], movableBytes: 0 };

/** Leads of any size and sign, for most pairs of an input and an output; scratch for some ops. */
function randomNeeds(graph: Graph, seed: number): MemoryNeeds {
  const random = new Random(seed);
  const overlaps = new Map<Op, Overlap[]>();
  for (const op of graph.ops) {
    const claims = op.inputs.flatMap((input) =>
      op.outputs.map((output) => ({ input, output, lead: random.integer(160) - 60 })),
    );
    overlaps.set(op, isAlias(op) ? [] : claims.filter(() => random.integer(5) > 0));
  }
  const scratch = new Map(graph.ops.map((op) => [op, isAlias(op) ? 0 : Math.max(0, random.integer(200) - 100)]));
  return {
    isAlias,
    scratchBytes: (op) => scratch.get(op)!,
    overlaps: (op) => overlaps.get(op)!,
    movableBytes: random.integer(3) * 1000,
  };
}

/** A byte of the arena: whose it is, and its place there. */
type Cell = { tensor: number; byte: number } | undefined;

/**
 * Runs a graph in an arena of bytes that know whose they are. An op's kernel reads as late as its lead lets it: once byte k
 * of the output is written, all bytes of the input from k + 1 − lead on are still to be read.
 */
class Arena {
  readonly lost: string[] = [];
  private readonly cells: Cell[];
  /** The tensor that wrote what a tensor reads: another one, where an op renamed it. */
  private readonly writers = new Map<number, number>();

  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
    private readonly needs: MemoryNeeds,
  ) {
    this.cells = new Array<Cell>(plan.arenaBytes).fill(undefined);
  }

  run(): string[] {
    const { graph, plan } = this;
    for (const input of graph.inputs) this.write(input, -1, () => undefined);
    graph.ops.forEach((op, index) => {
      for (const move of plan.moves.filter((move) => move.op === index)) {
        this.cells.splice(move.to, move.bytes, ...this.cells.slice(move.from, move.from + move.bytes));
      }
      this.runOp(op, index);
    });
    for (const output of graph.outputs) this.check(output, graph.ops.length, 0);
    return this.lost;
  }

  private runOp(op: Op, index: number): void {
    for (const input of op.inputs) this.check(input, index, 0);
    if (isAlias(op)) {
      this.writers.set(op.outputs[0]!, this.writers.get(op.inputs[0]!)!);
      return;
    }
    const scratch = this.needs.scratchBytes(op, index);
    if (scratch > 0) this.fill(scratchOffset(this.plan, index), scratch);
    // From which byte on each input is still to be read.
    const needed = new Map(op.inputs.map((input) => [input, 0]));
    for (const output of op.outputs) {
      this.write(output, index, (byte) => {
        for (const [input, first] of needed) {
          needed.set(input, Math.max(first, byte + 1 - this.leadOf(op, input, output)));
          this.check(input, index, needed.get(input)!);
        }
      });
    }
    for (const output of op.outputs) this.check(output, index, 0);
  }

  private leadOf(op: Op, input: number, output: number): number {
    const claims = this.needs.overlaps(op).filter((claim) => claim.input === input && claim.output === output);
    return claims.length > 0 ? Math.max(...claims.map(({ lead }) => lead)) : Infinity;
  }

  private write(tensor: number, op: number, after: (byte: number) => void): void {
    const offset = offsetOf(this.plan, tensor, op);
    const size = byteSize(this.graph.tensors[tensor]!);
    expect(offset % ALIGNMENT).toBe(0);
    expect(offset + size).toBeLessThanOrEqual(this.plan.arenaBytes);
    this.writers.set(tensor, tensor);
    for (let byte = 0; byte < size; byte++) {
      this.cells[offset + byte] = { tensor, byte };
      after(byte);
    }
  }

  private fill(offset: number, size: number): void {
    expect(offset + size).toBeLessThanOrEqual(this.plan.arenaBytes);
    this.cells.fill(undefined, offset, offset + size);
  }

  /** Notes a tensor whose bytes from `first` on are not all there. */
  private check(tensor: number, op: number, first: number): void {
    const offset = offsetOf(this.plan, tensor, op);
    const writer = this.writers.get(tensor);
    for (let byte = first; byte < byteSize(this.graph.tensors[tensor]!); byte++) {
      const cell = this.cells[offset + byte];
      if (cell?.tensor === writer && cell?.byte === byte) continue;
      this.lost.push(`byte ${byte} of tensor ${tensor} in op ${op}`);
      return;
    }
  }
}

function lostBytes(graph: Graph, plan: MemoryPlan, needs: MemoryNeeds): string[] {
  return new Arena(graph, plan, needs).run();
}

/** One op after the other, each of which reads what the last one wrote. */
function chain(sizes: readonly number[]): Graph {
  const ops = sizes.slice(1).map((_, i): Op => {
    return { opcode: 'SOFTMAX', name: `op${i}`, inputs: [i], outputs: [i + 1], options: { beta: 1 } };
  });
  const tensors = sizes.map(tensorOf);
  return { name: 'chain', tensors, ops, inputs: [0], outputs: [sizes.length - 1], metadata: new Map() };
}

const inPlace = (lead: number) => (op: Op) => [{ input: op.inputs[0]!, output: op.outputs[0]!, lead }];

describe('the memory plan', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);

  it.each(seeds)('of random graph %i loses nothing that is read', (seed) => {
    const graph = randomGraph(seed);
    const needs = randomNeeds(graph, seed);
    const plan = planMemory(graph, needs);
    expect(lostBytes(graph, plan, needs)).toEqual([]);
    expect(plan.arenaBytes % ALIGNMENT).toBe(0);
    expect(plan.arenaBytes).toBeGreaterThanOrEqual(plan.lowerBound);
    const apart = planMemory(graph, NEEDS);
    expect(lostBytes(graph, apart, NEEDS)).toEqual([]);
    expect(apart.arenaBytes).toBeLessThanOrEqual(firstFit(graph));
  });

  it('shares bytes in those graphs, and is the same each time', () => {
    const smaller = seeds.filter((seed) => {
      const graph = randomGraph(seed);
      const needs = randomNeeds(graph, seed);
      const plan = planMemory(graph, needs);
      expect(planMemory(graph, needs)).toEqual(plan);
      return plan.arenaBytes < planMemory(graph, { ...needs, overlaps: () => [] }).arenaBytes;
    });
    expect(smaller.length).toBeGreaterThan(50);
  });

  it('is what that check would refuse where an output began too late', () => {
    const found = seeds.flatMap((seed) => {
      const graph = randomGraph(seed);
      const needs = randomNeeds(graph, seed);
      const bold = (op: Op) => needs.overlaps(op).map((claim) => ({ ...claim, lead: claim.lead - ALIGNMENT }));
      return lostBytes(graph, planMemory(graph, { ...needs, overlaps: bold }), needs);
    });
    expect(found.length).toBeGreaterThan(50);
  });

  it('gives what is read and written at once room for both, and no more', () => {
    expect(planMemory(chain([40, 100, 60, 20]), NEEDS).arenaBytes).toBe(160);
  });

  it('lets an output begin its lead before the input, and needs no more than the larger of both where it has none', () => {
    const plan = planMemory(chain([100, 80]), { ...NEEDS, overlaps: inPlace(12) });
    expect(plan).toMatchObject({ arenaBytes: 112, lowerBound: 112 });
    expect(offsetOf(plan, 0, 0) - offsetOf(plan, 1, 0)).toBeGreaterThanOrEqual(12);
    expect(planMemory(chain([100, 80]), { ...NEEDS, overlaps: inPlace(0) }).arenaBytes).toBe(100);
    expect(planMemory(chain([100, 80]), { ...NEEDS, overlaps: inPlace(-50) }).arenaBytes).toBe(100);
    expect(planMemory(chain([100, 80]), { ...NEEDS, overlaps: inPlace(90) }).arenaBytes).toBe(180);
  });

  it('keeps apart what another op, or the caller, still reads', () => {
    const needs = { ...NEEDS, overlaps: inPlace(0) };
    const twice = chain([100, 100, 100]);
    twice.ops[1] = { ...twice.ops[1]!, inputs: [0, 1] } as Op;
    expect(planMemory(twice, needs).arenaBytes).toBe(200);
    expect(planMemory({ ...chain([100, 100]), outputs: [0, 1] }, needs).arenaBytes).toBe(200);
    const state = chain([100, 100]);
    state.tensors[0]!.isVariable = true;
    expect(planMemory({ ...state, inputs: [] }, needs).arenaBytes).toBe(200);
  });

  it('shares an input that an op reads twice only where both reads allow it', () => {
    const graph = chain([100, 100]);
    graph.tensors.push(tensorOf(100));
    const rename: Op = { opcode: 'RESHAPE', name: 'r', inputs: [0], outputs: [2], options: { newShape: [] } };
    graph.ops = [rename, { ...graph.ops[0]!, inputs: [0, 2] } as Op];
    const overlaps = (reads: readonly number[]) => (op: Op) =>
      isAlias(op) ? [] : reads.map((input, i) => ({ input, output: 1, lead: 20 * i }));
    expect(planMemory(graph, { ...NEEDS, overlaps: overlaps([0]) }).arenaBytes).toBe(200);
    expect(planMemory(graph, { ...NEEDS, overlaps: overlaps([0, 2]) }).arenaBytes).toBe(120);
  });

  it('moves a block up where a chain would go down for ever, as far as it may', () => {
    const graph = chain(new Array<number>(9).fill(100));
    const needs = { ...NEEDS, overlaps: inPlace(12) };
    const still = planMemory(graph, needs);
    expect(still).toMatchObject({ arenaBytes: 100 + 8 * 12, moves: [] });
    const [once, often] = [100, 10_000].map((movableBytes) => planMemory(graph, { ...needs, movableBytes }));
    expect(once).toMatchObject({ arenaBytes: 100 + 4 * 12, moves: [{ from: 0, to: 48, bytes: 100 }] });
    expect(often).toMatchObject({ arenaBytes: 112, lowerBound: 112 });
    expect(lostBytes(graph, often!, { ...needs, movableBytes: 10_000 })).toEqual([]);
  });

  it.each(seeds.slice(0, 100))('of random chain %i loses nothing that is moved', (seed) => {
    const random = new Random(seed);
    const graph = chain(Array.from({ length: 4 + random.integer(12) }, () => 80 + random.integer(60)));
    // A value that is read again further on is in the way of those between.
    for (const op of graph.ops.slice(3)) if (random.integer(4) === 0) op.inputs = [op.inputs[0]!, op.inputs[0]! - 2];
    const needs = { ...NEEDS, overlaps: inPlace(4 + random.integer(30)), movableBytes: random.integer(3000) };
    const plan = planMemory(graph, needs);
    expect(lostBytes(graph, plan, needs)).toEqual([]);
    const bytes = plan.moves.reduce((sum, move) => sum + move.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(needs.movableBytes);
    const still = planMemory(graph, { ...needs, movableBytes: 0 });
    if (plan.moves.length > 0) expect(plan.arenaBytes).toBeLessThan(still.arenaBytes);
    else expect(plan).toEqual(still);
  });

  it('lets a RESHAPE rename its input in place', () => {
    const graph = chain([10, 10]);
    graph.ops = [{ opcode: 'RESHAPE', name: 'r', inputs: [0], outputs: [1], options: { newShape: [10] } }];
    const plan = planMemory(graph, NEEDS);
    expect(offsetOf(plan, 1, 1)).toBe(offsetOf(plan, 0, 0));
    expect(plan.arenaBytes).toBe(12);
  });

  it('counts shared bytes once', () => {
    const plan = planMemory(chain([100, 80]), { ...NEEDS, overlaps: inPlace(12) });
    expect(bytesInUse(plan, 0)).toBe(112);
    expect(bytesInUse(plan, -1)).toBe(100);
  });

  it('knows no place of what is not in the arena, or not any more', () => {
    const plan = planMemory(chain([10, 10, 10]), NEEDS);
    expect(() => offsetOf(plan, 9, 0)).toThrow('tensor 9 is not in the arena during op 0');
    expect(() => offsetOf(plan, 0, 1)).toThrow('tensor 0 is not in the arena during op 1');
    expect(() => scratchOffset(plan, 0)).toThrow('op 0 has no scratch');
  });
});
