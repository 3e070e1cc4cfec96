// The planner's problem as numbers: sizes, and for each two that meet, how far they have to keep from each other.
import type { Block, Lifetimes } from './lifetimes.js';

/** Bytes; lets a kernel load whole words from the start of a tensor. */
export const ALIGNMENT = 4;

/** The next multiple of `ALIGNMENT`. */
export function aligned(n: number): number {
  return Math.ceil(n / ALIGNMENT) * ALIGNMENT;
}

/** A part of a block's life in which it stays in one place: all of it, where it is never moved. */
export interface Stay {
  block: Block;
  firstOp: number;
  lastOp: number;
}

/** From `op` on, a block lies elsewhere: it is copied there before the op runs. */
export interface Move {
  block: Block;
  op: number;
}

/** All sizes, offsets and distances are in bytes, and multiples of `ALIGNMENT`. */
export interface Problem {
  stays: Stay[];
  sizes: Int32Array;
  /**
   * For each stay, those that it meets, in threes: a stay's number, `from` and `to`. Where that one begins at `at`, this
   * one must not begin between `at + from` and `at + to`, both excluded.
   */
  rivals: Int32Array[];
}

export function problemOf(lifetimes: Lifetimes, moves: readonly Move[] = []): Problem {
  const stays = lifetimes.blocks.flatMap((block) => staysOf(block, moves));
  const sizes = Int32Array.from(stays, ({ block }) => aligned(block.bytes));
  const leadOf = leads(lifetimes);
  const rivals: number[][] = stays.map(() => []);
  for (const [a, b] of meetings(stays)) {
    const gapA = Math.min(sizes[a]!, leadOf(stays[b]!, stays[a]!));
    const gapB = Math.min(sizes[b]!, leadOf(stays[a]!, stays[b]!));
    if (gapA + gapB <= 0) continue;
    rivals[a]!.push(b, -gapA, gapB);
    rivals[b]!.push(a, -gapB, gapA);
  }
  return { stays, sizes, rivals: rivals.map((triples) => Int32Array.from(triples)) };
}

function staysOf(block: Block, moves: readonly Move[]): Stay[] {
  const starts = moves.filter((move) => move.block === block).map(({ op }) => op);
  const firsts = [block.firstOp, ...starts.sort((a, b) => a - b)];
  return firsts.map((firstOp, i) => ({
    block,
    firstOp,
    lastOp: i + 1 < firsts.length ? firsts[i + 1]! - 1 : block.lastOp,
  }));
}

/** Pairs of stays that are there during the same op. */
function meetings(stays: readonly Stay[]): [number, number][] {
  const byFirst = stays.map((_, i) => i).sort((a, b) => stays[a]!.firstOp - stays[b]!.firstOp);
  const pairs: [number, number][] = [];
  let present: number[] = [];
  for (const i of byFirst) {
    present = present.filter((other) => stays[other]!.lastOp >= stays[i]!.firstOp);
    for (const other of present) pairs.push([other, i]);
    present.push(i);
  }
  return pairs;
}

/** By how much an output has to begin before an input: Infinity, where it has to end before it. */
function leads({ overlaps }: Lifetimes): (input: Stay, output: Stay) => number {
  const byInput = new Map<Block, Map<Block, number>>();
  for (const { input, output, lead } of overlaps) {
    if (!byInput.has(input)) byInput.set(input, new Map());
    byInput.get(input)!.set(output, aligned(lead));
  }
  return (input, output) => {
    const meet = input.lastOp === input.block.lastOp && output.firstOp === output.block.firstOp;
    return (meet ? byInput.get(input.block)?.get(output.block) : undefined) ?? Infinity;
  };
}

/** The same problem upside down: a stay's offset there is minus its end here. */
export function mirrored({ stays, sizes, rivals }: Problem): Problem {
  const turned = rivals.map((triples, i) => {
    return triples.map((value, k) => {
      if (k % 3 === 0) return value;
      const other = triples[k - (k % 3)]!;
      const opposite = triples[k % 3 === 1 ? k + 1 : k - 1]!;
      return sizes[other]! - sizes[i]! - opposite;
    });
  });
  return { stays, sizes, rivals: turned };
}
