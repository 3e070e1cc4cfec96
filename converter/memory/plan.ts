// Where each activation lies in the one static arena: exact, and known before anything is compiled.
import { byteSize, type Graph, type Op } from '../graph/graph.js';

/** The place of one or more tensors that share their bytes. */
export interface Allocation {
  /** Indices of the tensors; more than one where an op only renames its input, none for an op's scratch. */
  tensors: number[];
  /** From the arena's start, in bytes. */
  offset: number;
  bytes: number;
  /** The op that writes it; −1 for the graph's inputs and variables. */
  firstOp: number;
  /** The last op that reads it; the number of ops for the graph's outputs and variables. */
  lastOp: number;
}

export interface MemoryPlan {
  /** Size of the arena in bytes: a multiple of `ALIGNMENT`. */
  arenaBytes: number;
  allocations: Allocation[];
}

/** What the planner has to know of ops. */
export interface MemoryNeeds {
  /** Whether an op's output is its input under another shape, in the same bytes. */
  isAlias(op: Op): boolean;
  /** Bytes that an op needs while it runs, beside its inputs and outputs. */
  scratchBytes(op: Op): number;
}

/** Bytes; lets a kernel load whole words from the start of a tensor. */
export const ALIGNMENT = 4;

/**
 * Greedy by size: the largest tensors first, each at the lowest offset where nothing that lives at the same time lies.
 * Two tensors live at the same time where one is written before the other has been read for the last time.
 */
export function planMemory(graph: Graph, needs: MemoryNeeds): MemoryPlan {
  const allocations = lifetimes(graph, needs);
  const placed: Allocation[] = [];
  for (const allocation of [...allocations].sort((a, b) => b.bytes - a.bytes || a.firstOp - b.firstOp)) {
    allocation.offset = lowestOffset(allocation, placed);
    placed.push(allocation);
  }
  const arenaBytes = Math.max(0, ...placed.map(({ offset, bytes }) => aligned(offset + bytes)));
  return { arenaBytes, allocations };
}

/** The offset of a tensor in the arena. */
export function offsetOf(plan: MemoryPlan, tensor: number): number {
  const found = plan.allocations.find(({ tensors }) => tensors.includes(tensor));
  if (!found) throw new RangeError(`tensor ${tensor} is not in the arena`);
  return found.offset;
}

/** The offset of the scratch memory of an op, by its number. */
export function scratchOffset(plan: MemoryPlan, op: number): number {
  const found = plan.allocations.find(({ tensors, firstOp }) => tensors.length === 0 && firstOp === op);
  if (!found) throw new RangeError(`op ${op} has no scratch in the arena`);
  return found.offset;
}

/**
 * One allocation for each activation that is not an alias and for each op's scratch, in the order in which they are
 * written; variables come first and live all the time.
 */
function lifetimes(graph: Graph, { isAlias, scratchBytes }: MemoryNeeds): Allocation[] {
  const byTensor = new Map<number, Allocation>();
  const add = (tensor: number, firstOp: number) => {
    byTensor.set(tensor, {
      tensors: [tensor],
      offset: 0,
      bytes: byteSize(graph.tensors[tensor]!),
      firstOp,
      lastOp: firstOp,
    });
  };
  graph.tensors.forEach(({ isVariable }, tensor) => {
    if (isVariable) add(tensor, -1);
  });
  for (const input of graph.inputs) add(input, -1);
  const scratch: Allocation[] = [];
  graph.ops.forEach((op, index) => {
    for (const tensor of op.inputs) {
      const read = byTensor.get(tensor);
      if (read) read.lastOp = index;
    }
    if (isAlias(op)) alias(byTensor, op.inputs[0]!, op.outputs[0]!);
    else for (const tensor of op.outputs) add(tensor, index);
    const bytes = scratchBytes(op);
    if (bytes > 0) scratch.push({ tensors: [], offset: 0, bytes, firstOp: index, lastOp: index });
  });
  const outputs = new Set(graph.outputs);
  for (const [tensor, allocation] of byTensor) {
    if (outputs.has(tensor) || graph.tensors[tensor]!.isVariable) allocation.lastOp = graph.ops.length;
  }
  return [...new Set(byTensor.values()), ...scratch];
}

function alias(byTensor: Map<number, Allocation>, from: number, to: number): void {
  const allocation = byTensor.get(from)!;
  allocation.tensors.push(to);
  byTensor.set(to, allocation);
}

function lowestOffset(allocation: Allocation, placed: readonly Allocation[]): number {
  const rivals = placed
    .filter((other) => other.firstOp <= allocation.lastOp && allocation.firstOp <= other.lastOp)
    .sort((a, b) => a.offset - b.offset);
  let offset = 0;
  for (const rival of rivals) {
    if (offset + allocation.bytes <= rival.offset) break;
    offset = Math.max(offset, aligned(rival.offset + rival.bytes));
  }
  return offset;
}

/** The next multiple of `ALIGNMENT`. */
export function aligned(n: number): number {
  return Math.ceil(n / ALIGNMENT) * ALIGNMENT;
}
