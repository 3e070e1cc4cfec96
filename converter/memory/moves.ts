// Blocks that are copied to another place between two ops, where that makes the arena smaller.
//
// An output lies before the input that it overwrites: in a chain of such layers each block begins before the last one, and
// the arena has to hold the whole way down. One copy back up begins the way anew.
import type { Block, Lifetimes } from './lifetimes.js';
import { placeInOrder, type Placement } from './placement.js';
import { aligned, problemOf, type Move, type Problem } from './problem.js';
import { quickSearch } from './search.js';

/** What a smaller arena is worth: moves are made for no less than this part of it. */
const LEAST_GAIN = 1 / 64;
const TRIES = 12;
/** Moves that are compared at a time. */
const CANDIDATES = 8;

export interface MoveLimits {
  /** Bytes of all moves together. */
  bytes: number;
  /** Whether a block may be moved before an op. */
  before(op: number): boolean;
}

/**
 * The moves that make the arena smallest. At most one before each op, so that no order among them matters.
 * @param height without any @param bound of the height, with any
 */
export function movesFor(lifetimes: Lifetimes, height: number, bound: number, limits: MoveLimits): Move[] {
  let moves: Move[] = [];
  let [low, high] = [bound, height - Math.max(aligned(height * LEAST_GAIN), 4)];
  let target = low;
  for (let i = 0; i < TRIES && low <= high; i++) {
    const found = movesWithin(lifetimes, target, limits);
    if (found) [moves, high] = [found, target - 4];
    else low = target + 4;
    target = low + aligned((high - low) / 2);
  }
  return moves;
}

/** Moves with which all fits into `height`, or undefined where none are found. */
function movesWithin(lifetimes: Lifetimes, height: number, limits: MoveLimits): Move[] | undefined {
  let moves: Move[] = [];
  let state = stateOf(lifetimes, moves, height);
  while (state.excess > 0) {
    const options = cuts(state, height, moves, limits).map((move) => {
      const longer = [...moves, move];
      return { moves: longer, state: stateOf(lifetimes, longer, height) };
    });
    const best = options.reduce<(typeof options)[number] | undefined>(
      (a, b) => (a && a.state.excess <= b.state.excess ? a : b),
      undefined,
    );
    if (!best || best.state.excess >= state.excess) return undefined;
    ({ moves, state } = best);
  }
  return needed(lifetimes, moves, height);
}

/** Drops each move that all fits without, the largest first. */
function needed(lifetimes: Lifetimes, moves: readonly Move[], height: number): Move[] {
  let kept = [...moves].sort((a, b) => b.block.bytes - a.block.bytes);
  for (const move of [...kept]) {
    const others = kept.filter((other) => other !== move);
    if (quickSearch(problemOf(lifetimes, others)).height <= height) kept = others;
  }
  return kept;
}

interface State extends Placement {
  problem: Problem;
  order: number[];
  /** Bytes by which stays reach beyond the height, in all. */
  excess: number;
}

/** Places from the last op to the first, as a chain wants it. */
function stateOf(lifetimes: Lifetimes, moves: readonly Move[], limit: number): State {
  const problem = problemOf(lifetimes, moves);
  const { stays, sizes } = problem;
  const order = stays.map((_, i) => i);
  order.sort((a, b) => stays[b]!.lastOp - stays[a]!.lastOp || stays[b]!.firstOp - stays[a]!.firstOp || a - b);
  const offsets = new Int32Array(stays.length);
  const height = placeInOrder(problem, order, offsets);
  const excess = order.reduce((sum, i) => sum + Math.max(0, offsets[i]! + sizes[i]! - limit), 0);
  return { problem, order, offsets, height, excess };
}

/** Moves that could let the first stay down which reaches too high: of what it lies on, and of what that lies on. */
function cuts({ problem, order, offsets }: State, height: number, moves: readonly Move[], limits: MoveLimits): Move[] {
  const { stays, sizes } = problem;
  const left = limits.bytes - moves.reduce((sum, { block }) => sum + block.bytes, 0);
  const isFree = (block: Block, op: number) =>
    block.bytes <= left && limits.before(op) && moves.every((move) => move.op !== op);
  const found: Move[] = [];
  const queue = order.filter((i) => offsets[i]! + sizes[i]! > height).slice(0, 1);
  const seen = new Set(queue);
  for (let at = 0; at < queue.length && found.length < CANDIDATES; at++) {
    const above = stays[queue[at]!]!;
    for (const i of supports(problem, offsets, queue[at]!)) {
      const { block, firstOp, lastOp } = stays[i]!;
      const ops = block.movable ? [above.lastOp + 1, above.firstOp] : [];
      for (const op of ops) if (op > firstOp && op <= lastOp && isFree(block, op)) found.push({ block, op });
      if (!seen.has(i)) queue.push(i);
      seen.add(i);
    }
  }
  return found;
}

/** The rivals of a stay that it would meet if it began lower. */
function supports({ rivals }: Problem, offsets: Int32Array, stay: number): number[] {
  const triples = rivals[stay]!;
  const found: number[] = [];
  for (let k = 0; k < triples.length; k += 3) {
    if (offsets[triples[k]!]! + triples[k + 2]! === offsets[stay]!) found.push(triples[k]!);
  }
  return found;
}
