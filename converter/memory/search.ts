// The best of many placements: several orders, from below and from above, and then small changes to the best one.
import { Random } from '../../base/random.js';
import { placeInOrder, type Placement } from './placement.js';
import { mirrored, type Problem, type Stay } from './problem.js';

/** An order of stays, in a problem as it is or upside down. */
interface Candidate extends Placement {
  problem: Problem;
  order: Int32Array;
}

/** Looks at two stays that meet, in all: some 10 ms. */
const WORK = 4e6;
const MOST_ROUNDS = 5000;
/** Rounds without a gain after which the search goes back to the best order and shakes it. */
const PATIENCE = 400;
const SHAKES = 3;
const SEED = 1;

/** The same for the same problem. @param bound of the height: a search that reaches it ends */
export function search(problem: Problem, bound: number): Placement {
  const best = improved(firstOf(problem), bound);
  return { offsets: upright(best, problem), height: best.height };
}

/** The best that an order gives which is known to be good. */
export function quickSearch(problem: Problem): Placement {
  const best = firstOf(problem);
  return { offsets: upright(best, problem), height: best.height };
}

type Rule = (a: Stay, b: Stay) => number;

/** An output begins before the input that it overwrites, so a chain is lowest where its end is placed first. */
export const later: Rule = (a, b) => b.lastOp - a.lastOp || b.firstOp - a.firstOp || b.block.firstOp - a.block.firstOp;
const larger: Rule = (a, b) => b.block.bytes - a.block.bytes;
const longer: Rule = (a, b) => b.lastOp - b.firstOp - (a.lastOp - a.firstOp);

const RULES: readonly Rule[] = [
  later,
  (a, b) => b.firstOp - a.firstOp || b.lastOp - a.lastOp,
  (a, b) => larger(a, b) || later(a, b),
  (a, b) => larger(a, b) || a.firstOp - b.firstOp,
  (a, b) => longer(a, b) || later(a, b),
];

function firstOf(problem: Problem): Candidate {
  const candidates = [problem, mirrored(problem)].flatMap((side) =>
    RULES.map((rule): Candidate => {
      const order = Int32Array.from(side.stays, (_, i) => i).sort(
        (a, b) => rule(side.stays[a]!, side.stays[b]!) || a - b,
      );
      const offsets = new Int32Array(order.length);
      return { problem: side, order, offsets, height: placeInOrder(side, order, offsets) };
    }),
  );
  return candidates.reduce((best, other) => (other.height < best.height ? other : best));
}

/** Puts one stay after the other earlier in the order, and keeps what is not worse. */
function improved(start: Candidate, bound: number): Candidate {
  const { problem } = start;
  const looks = problem.rivals.reduce((sum, triples) => sum + triples.length, 1);
  const rounds = start.order.length < 2 ? 0 : Math.min(MOST_ROUNDS, Math.floor(WORK / looks));
  const random = new Random(SEED);
  const best = { ...start, order: start.order.slice(), offsets: start.offsets.slice() };
  const now = { ...start, order: start.order.slice(), offsets: start.offsets.slice() };
  const tried = new Int32Array(now.offsets.length);
  for (let round = 0, idle = 0; round < rounds && best.height > bound; round++) {
    if (idle++ >= PATIENCE) {
      idle = 0;
      restart(now, best, random);
    }
    const [from, to] = change(now, random);
    reinsert(now.order, from, to);
    const height = placeInOrder(problem, now.order, tried, now.height + 1);
    if (height > now.height) {
      reinsert(now.order, to, from);
      continue;
    }
    keep(now, now.order, tried, height);
    if (height < best.height) {
      keep(best, now.order, tried, height);
      idle = 0;
    }
  }
  return best;
}

function keep(candidate: Candidate, order: Int32Array, offsets: Int32Array, height: number): void {
  candidate.order.set(order);
  candidate.offsets.set(offsets);
  candidate.height = height;
}

function restart(now: Candidate, best: Candidate, random: Random): void {
  now.order.set(best.order);
  const { length } = now.order;
  for (let i = 0; i < SHAKES; i++) reinsert(now.order, random.integer(length), random.integer(length));
  now.height = placeInOrder(now.problem, now.order, now.offsets);
}

/** Places in the order: of a stay, mostly one at the top, and where it is to be, mostly before. */
function change({ problem, order, offsets, height }: Candidate, random: Random): [from: number, to: number] {
  const start = random.integer(order.length);
  if (random.integer(4) === 0) return [start, random.integer(order.length)];
  for (let i = 0; i < order.length; i++) {
    const place = (start + i) % order.length;
    const stay = order[place]!;
    if (offsets[stay]! + problem.sizes[stay]! === height) return [place, random.integer(place + 1)];
  }
  return [start, random.integer(start + 1)];
}

function reinsert(order: Int32Array, from: number, to: number): void {
  const stay = order[from]!;
  if (from > to) order.copyWithin(to + 1, to, from);
  else order.copyWithin(from, from + 1, to + 1);
  order[to] = stay;
}

/** Offsets in the problem as it was given. */
function upright({ problem, offsets, height }: Candidate, given: Problem): Int32Array {
  if (problem === given) return offsets;
  return offsets.map((offset, i) => height - offset - given.sizes[i]!);
}
