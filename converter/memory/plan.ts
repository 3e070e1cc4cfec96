// Where each activation lies in the one static arena: exact, and known before anything is compiled.
import type { Graph } from '../graph/graph.js';
import { lowerBound } from './bound.js';
import { lifetimesOf, type MemoryNeeds } from './lifetimes.js';
import { movesFor } from './moves.js';
import type { Placement } from './placement.js';
import { problemOf, type Move, type Problem, type Stay } from './problem.js';
import { search } from './search.js';

export type { MemoryNeeds, Overlap } from './lifetimes.js';
export { aligned, ALIGNMENT } from './problem.js';

/** The place of one or more tensors that share their bytes, or of an op's scratch, from one op to another. */
export interface Allocation {
  /** Indices of the tensors; more than one where an op only renames its input, none for an op's scratch. */
  tensors: readonly number[];
  /** From the arena's start, in bytes. */
  offset: number;
  bytes: number;
  /** The op that writes it or before which it is moved here; −1 for the graph's inputs and variables. */
  firstOp: number;
  /** The last op that reads it here; the number of ops for the graph's outputs and variables. */
  lastOp: number;
}

/** Bytes that are copied within the arena before an op runs, from where they were to where they are from then on. */
export interface ArenaMove {
  op: number;
  from: number;
  to: number;
  bytes: number;
}

export interface MemoryPlan {
  /** Size of the arena in bytes: a multiple of `ALIGNMENT`. */
  arenaBytes: number;
  /** What no plan for these ops can go below; where it is the arena's size, the plan is the best there is. */
  lowerBound: number;
  allocations: readonly Allocation[];
  /** One at most before each op. */
  moves: readonly ArenaMove[];
  /** The allocations of each tensor, in time; and of the scratch of each op, by its number. */
  byTensor: ReadonlyMap<number, readonly Allocation[]>;
  byScratch: ReadonlyMap<number, Allocation>;
}

/**
 * Places everything by a search for the smallest arena. Two blocks may share bytes where they are not needed at the same
 * time, and where an op may write its output over what it has read; and a block may be moved between two ops.
 */
export function planMemory(graph: Graph, needs: MemoryNeeds): MemoryPlan {
  const lifetimes = lifetimesOf(graph, needs);
  const bound = lowerBound(lifetimes);
  const still = problemOf(lifetimes);
  const unmoved = search(still, bound);
  const moves = movesFor(lifetimes, unmoved.height, bound, {
    bytes: needs.movableBytes,
    before: (op) => op < graph.ops.length && !needs.isAlias(graph.ops[op]!),
  });
  if (moves.length === 0) return planOf(still, unmoved, bound, []);
  const problem = problemOf(lifetimes, moves);
  return planOf(problem, search(problem, bound), bound, moves);
}

function planOf({ stays }: Problem, { offsets, height }: Placement, bound: number, moves: readonly Move[]): MemoryPlan {
  const allocations = stays.map((stay, i) => allocationOf(stay, offsets[i]!));
  const byTensor = new Map<number, Allocation[]>();
  for (const allocation of allocations) {
    for (const tensor of allocation.tensors) byTensor.set(tensor, [...(byTensor.get(tensor) ?? []), allocation]);
  }
  const scratch = allocations.filter(({ tensors }) => tensors.length === 0);
  return {
    arenaBytes: height,
    lowerBound: bound,
    allocations,
    moves: moves
      .map(({ block, op }) => arenaMove(op, byTensor.get(block.tensors[0]!)!))
      .filter(({ from, to }) => from !== to),
    byTensor,
    byScratch: new Map(scratch.map((allocation) => [allocation.firstOp, allocation])),
  };
}

function allocationOf({ block, firstOp, lastOp }: Stay, offset: number): Allocation {
  const { tensors, bytes } = block;
  return { tensors, offset, bytes, firstOp, lastOp };
}

function arenaMove(op: number, places: readonly Allocation[]): ArenaMove {
  const after = places.findIndex(({ firstOp }) => firstOp === op);
  const [from, to] = [places[after - 1]!, places[after]!];
  return { op, from: from.offset, to: to.offset, bytes: to.bytes };
}

/** The offset of a tensor in the arena while an op runs; −1 is before the first op, the number of ops after the last. */
export function offsetOf({ byTensor }: MemoryPlan, tensor: number, op: number): number {
  const found = byTensor.get(tensor)?.find(({ firstOp, lastOp }) => firstOp <= op && op <= lastOp);
  if (!found) throw new RangeError(`tensor ${tensor} is not in the arena during op ${op}`);
  return found.offset;
}

/** The offset of the scratch memory of an op, by its number. */
export function scratchOffset({ byScratch }: MemoryPlan, op: number): number {
  const found = byScratch.get(op);
  if (!found) throw new RangeError(`op ${op} has no scratch in the arena`);
  return found.offset;
}

/** Bytes of the arena that hold something while an op runs: those that its input and its output share count once. */
export function bytesInUse({ allocations }: MemoryPlan, op: number): number {
  const live = allocations.filter(({ firstOp, lastOp }) => firstOp <= op && op <= lastOp);
  let [used, end] = [0, 0];
  for (const { offset, bytes } of live.sort((a, b) => a.offset - b.offset)) {
    used += Math.max(0, offset + bytes - Math.max(offset, end));
    end = Math.max(end, offset + bytes);
  }
  return used;
}
