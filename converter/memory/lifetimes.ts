// What has to lie in the arena and from when to when, and which of it may share bytes at one time.
import { byteSize, type Graph, type Op } from '../graph/graph.js';

/**
 * Leave for an op's output to begin `lead` bytes before an input that nothing reads after the op, or earlier still, and
 * so to overwrite what of that input has been read. A negative lead lets it begin as much behind the input's start.
 * Both are indices of tensors.
 */
export interface Overlap {
  input: number;
  output: number;
  /** In bytes. */
  lead: number;
}

/** What the planner has to know of ops. */
export interface MemoryNeeds {
  /** Whether an op's output is its input under another shape, in the same bytes. */
  isAlias(op: Op): boolean;
  /** Bytes that an op needs while it runs, beside its inputs and outputs. */
  scratchBytes(op: Op, index: number): number;
  /** How the op's outputs may share bytes with its inputs; one that is not listed may not. */
  overlaps(op: Op): readonly Overlap[];
  /** Bytes that may be copied to other places of the arena during an inference, for its size. */
  movableBytes: number;
}

/** One or more tensors that are the same bytes, or an op's scratch. */
export interface Block {
  /** Indices of the tensors; more than one where an op only renames its input, none for an op's scratch. */
  tensors: number[];
  bytes: number;
  /** The op that writes it; −1 for the graph's inputs and variables. */
  firstOp: number;
  /** The last op that reads it; the number of ops for the graph's outputs and variables. */
  lastOp: number;
  /** Whether it may lie elsewhere after some op: not a variable, whose place is one for all time, and int8 alone. */
  movable: boolean;
}

/** Leave as `Overlap` has it, for blocks. */
export interface BlockOverlap {
  input: Block;
  output: Block;
  lead: number;
}

export interface Lifetimes {
  blocks: Block[];
  overlaps: BlockOverlap[];
}

/** Blocks in the order in which they are written, variables first, scratch last. */
export function lifetimesOf(graph: Graph, needs: MemoryNeeds): Lifetimes {
  const byTensor = blocksOf(graph, needs.isAlias);
  const scratch = graph.ops.flatMap((op, index): Block[] => {
    const bytes = needs.scratchBytes(op, index);
    return bytes > 0 ? [{ tensors: [], bytes, firstOp: index, lastOp: index, movable: false }] : [];
  });
  return {
    blocks: [...new Set(byTensor.values()), ...scratch],
    overlaps: graph.ops.flatMap((op, index) => overlapsOf(op, index, needs.overlaps(op), byTensor)),
  };
}

/** The block of each tensor that lies in the arena. */
function blocksOf({ tensors, inputs, outputs, ops }: Graph, isAlias: MemoryNeeds['isAlias']): Map<number, Block> {
  const byTensor = new Map<number, Block>();
  const add = (tensor: number, firstOp: number) => {
    const { dtype, isVariable } = tensors[tensor]!;
    const movable = dtype === 'int8' && !isVariable;
    byTensor.set(tensor, { tensors: [tensor], bytes: byteSize(tensors[tensor]!), firstOp, lastOp: firstOp, movable });
  };
  tensors.forEach(({ isVariable }, tensor) => {
    if (isVariable) add(tensor, -1);
  });
  for (const input of inputs) add(input, -1);
  ops.forEach((op, index) => {
    for (const tensor of op.inputs) {
      const read = byTensor.get(tensor);
      if (read) read.lastOp = index;
    }
    if (isAlias(op)) rename(byTensor, op.inputs[0]!, op.outputs[0]!);
    else for (const tensor of op.outputs) add(tensor, index);
  });
  const kept = new Set(outputs);
  for (const [tensor, block] of byTensor) {
    if (kept.has(tensor) || tensors[tensor]!.isVariable) block.lastOp = ops.length;
  }
  return byTensor;
}

function rename(byTensor: Map<number, Block>, from: number, to: number): void {
  const block = byTensor.get(from)!;
  block.tensors.push(to);
  byTensor.set(to, block);
}

/** What an op says of tensors, for the blocks that it is the last to read: all of its reads of a block have to agree. */
function overlapsOf(
  op: Op,
  index: number,
  claims: readonly Overlap[],
  byTensor: ReadonlyMap<number, Block>,
): BlockOverlap[] {
  const inputs = new Set(op.inputs.map((tensor) => byTensor.get(tensor)).filter((block) => block?.lastOp === index));
  return [...inputs].flatMap((input) =>
    op.outputs.flatMap((tensor) => {
      const reads = op.inputs.filter((read) => byTensor.get(read) === input);
      const lead = Math.max(...reads.map((read) => leadOf(claims, read, tensor)));
      return lead < Infinity ? [{ input: input!, output: byTensor.get(tensor)!, lead }] : [];
    }),
  );
}

/** Infinity where there is no leave. */
function leadOf(claims: readonly Overlap[], input: number, output: number): number {
  const leads = claims.filter((claim) => claim.input === input && claim.output === output).map(({ lead }) => lead);
  return leads.length > 0 ? Math.max(...leads) : Infinity;
}
