// Where examples gather: seeds far apart, then k-means.
import type { Random } from '../../../base/random.js';
import { meanOf } from '../linear_algebra.js';

const ROUNDS = 40;

export interface Clusters {
  centres: Float64Array[];
  /** Cluster of each row. */
  of: Int32Array;
}

/** Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii, 2007). A cluster that loses all rows keeps its centre. */
export function cluster(rows: readonly Float64Array[], count: number, random: Random): Clusters {
  let centres = seeds(rows, count, random);
  let of = nearest(rows, centres);
  for (let round = 0; round < ROUNDS; round++) {
    const members = centres.map((_, c) => rows.filter((_, r) => of[r] === c));
    centres = centres.map((centre, c) => (members[c]!.length > 0 ? meanOf(members[c]!) : centre));
    const next = nearest(rows, centres);
    if (next.every((c, r) => c === of[r])) break;
    of = next;
  }
  return { centres, of };
}

function seeds(rows: readonly Float64Array[], count: number, random: Random): Float64Array[] {
  const chosen = [rows[random.integer(rows.length)]!];
  const distance = Float64Array.from(rows, (row) => squaredDistance(row, chosen[0]!));
  while (chosen.length < count) {
    const next = rows[weighted(distance, random)]!;
    chosen.push(next);
    rows.forEach((row, r) => (distance[r] = Math.min(distance[r]!, squaredDistance(row, next))));
  }
  return chosen;
}

/** An index, by chance in proportion to its weight. */
function weighted(weights: Float64Array, random: Random): number {
  let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (rest -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
}

function nearest(rows: readonly Float64Array[], centres: readonly Float64Array[]): Int32Array {
  return Int32Array.from(rows, (row) => {
    const distances = centres.map((centre) => squaredDistance(row, centre));
    return distances.indexOf(Math.min(...distances));
  });
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
