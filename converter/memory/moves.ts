// Blocks that are copied to another place between two ops, where that makes the arena smaller.
//
// An output lies before the input that it overwrites: in a chain of such layers each block begins before the last one, and
// the arena has to hold the whole way down. One copy back up begins the way anew.
import type { Block, Lifetimes } from './lifetimes.js';
import { placeInOrder } from './placement.js';
import { aligned, problemOf, type Move, type Problem } from './problem.js';
import { later, quickSearch } from './search.js';

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
  let attempt: Attempt | undefined = attemptWith([], lifetimes, height);
  while (attempt?.failing !== undefined) attempt = nextAttempt(attempt, attempt.failing, lifetimes, height, limits);
  return attempt && needed(lifetimes, attempt.moves, height);
}

/** With one move more, the nearest to what reaches too high: so as much as can be fits before the next one. */
function nextAttempt(
  before: Attempt,
  failing: number,
  lifetimes: Lifetimes,
  height: number,
  limits: MoveLimits,
): Attempt | undefined {
  for (const move of cuts(before, failing, limits)) {
    const attempt = attemptWith([...before.moves, move], lifetimes, height);
    if (attempt.failing === undefined || isFarther(attempt, attempt.failing, before, failing)) return attempt;
  }
  return undefined;
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

interface Attempt {
  moves: Move[];
  problem: Problem;
  offsets: Int32Array;
  /** The first stay that reaches too high; those after it have no place. */
  failing: number | undefined;
}

/** Places from the last op to the first, as a chain wants it. */
function attemptWith(moves: Move[], lifetimes: Lifetimes, height: number): Attempt {
  const problem = problemOf(lifetimes, moves);
  const { stays, sizes } = problem;
  const order = stays.map((_, i) => i).sort((a, b) => later(stays[a]!, stays[b]!) || a - b);
  const offsets = new Int32Array(stays.length);
  placeInOrder(problem, order, offsets, height + 1);
  const failing = order.find((i) => offsets[i]! + sizes[i]! > height);
  return { moves, problem, offsets, failing };
}

/** Whether an attempt fails at a stay that comes after the other's, or at a lower place. */
function isFarther(a: Attempt, failingA: number, b: Attempt, failingB: number): boolean {
  const order = later(a.problem.stays[failingA]!, b.problem.stays[failingB]!);
  return order > 0 || (order === 0 && a.offsets[failingA]! < b.offsets[failingB]!);
}

/** Moves that could let a stay down: of what it lies on, and of what that lies on. */
function cuts({ moves, problem, offsets }: Attempt, failing: number, limits: MoveLimits): Move[] {
  const { stays } = problem;
  const left = limits.bytes - moves.reduce((sum, { block }) => sum + block.bytes, 0);
  const isFree = (block: Block, op: number) =>
    block.bytes <= left && limits.before(op) && moves.every((move) => move.op !== op);
  const found: Move[] = [];
  const queue = [failing];
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
