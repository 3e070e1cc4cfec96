// What no plan can go below: during each op, all that is there needs room, less what its outputs may overwrite.
import type { BlockOverlap, Lifetimes } from './lifetimes.js';
import { aligned } from './problem.js';

/** Bytes of the arena: also for plans that move blocks, as it looks at one op at a time. */
export function lowerBound({ blocks, overlaps }: Lifetimes): number {
  const ops = Math.max(0, ...blocks.map(({ lastOp }) => lastOp));
  // Before the first op, during each, and after the last: first what comes, then what is there.
  const loads = new Float64Array(ops + 3);
  for (const { bytes, firstOp, lastOp } of blocks) {
    loads[firstOp + 1]! += aligned(bytes);
    loads[lastOp + 2]! -= aligned(bytes);
  }
  for (let i = 1; i < loads.length; i++) loads[i]! += loads[i - 1]!;
  for (const [op, claims] of byOp(overlaps)) loads[op + 1]! -= mostShared(claims);
  return Math.max(...loads);
}

function byOp(overlaps: readonly BlockOverlap[]): Map<number, BlockOverlap[]> {
  const groups = new Map<number, BlockOverlap[]>();
  for (const overlap of overlaps) {
    const op = overlap.output.firstOp;
    groups.set(op, [...(groups.get(op) ?? []), overlap]);
  }
  return groups;
}

/** Bytes that an op's inputs may share with its outputs at most: no byte is in two inputs, nor in two outputs. */
function mostShared(claims: readonly BlockOverlap[]): number {
  const total = (blocks: Iterable<{ bytes: number }>) =>
    [...blocks].reduce((sum, { bytes }) => sum + aligned(bytes), 0);
  const inputs = total(new Set(claims.map(({ input }) => input)));
  const outputs = total(new Set(claims.map(({ output }) => output)));
  return Math.min(
    inputs,
    outputs,
    claims.reduce((sum, claim) => sum + sharedBy(claim), 0),
  );
}

/** Where the input begins `lead` after the output, or where they begin together if it may be before. */
function sharedBy({ input, output, lead }: BlockOverlap): number {
  const [of, by] = [aligned(input.bytes), aligned(output.bytes)];
  return Math.max(0, Math.min(of, by, by - aligned(lead)));
}
