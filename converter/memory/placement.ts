// Offsets for a problem: stays in some order, each as low as those before it let it be.
import type { Problem } from './problem.js';

export interface Placement {
  offsets: Int32Array;
  /** Bytes from the lowest start to the highest end. */
  height: number;
}

const NOWHERE = -1;

/** @param offsets takes the result. @param limit of the height, from which on the rest is not worth placing @returns the height */
export function placeInOrder(
  { sizes, rivals }: Problem,
  order: ArrayLike<number>,
  offsets: Int32Array,
  limit = Infinity,
): number {
  offsets.fill(NOWHERE);
  let height = 0;
  for (let i = 0; i < order.length && height < limit; i++) {
    const stay = order[i]!;
    const offset = lowest(rivals[stay]!, offsets);
    offsets[stay] = offset;
    height = Math.max(height, offset + sizes[stay]!);
  }
  return height;
}

/** The lowest offset, 0 or more, that the rivals which have a place allow. */
function lowest(rivals: Int32Array, offsets: Int32Array): number {
  let offset = 0;
  for (;;) {
    const before = offset;
    for (let k = 0; k < rivals.length; k += 3) {
      const at = offsets[rivals[k]!]!;
      if (at !== NOWHERE && at + rivals[k + 1]! < offset && offset < at + rivals[k + 2]!) offset = at + rivals[k + 2]!;
    }
    if (offset === before) return offset;
  }
}
