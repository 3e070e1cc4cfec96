// Nested loops over the elements of one or two tensors, as few as their strides allow: what kernels walk by.
import type { CArray, CFields } from '../codegen/kernel_call.js';
import type { Kernel } from './op.js';

/** How often a loop runs, and how many elements it goes ahead in tensor a and in tensor b each time. */
export interface Loop {
  size: number;
  a: number;
  b: number;
}

/** Puts a loop around the others, which are listed from the outermost to the innermost; joins it with the one within if it can. */
export function addLoop(loops: Loop[], loop: Loop): void {
  const inner = loops[0];
  if (loop.size === 1) return;
  if (inner?.size === 1) loops[0] = loop;
  else if (inner && loop.a === inner.a * inner.size && loop.b === inner.b * inner.size) inner.size *= loop.size;
  else loops.unshift(loop);
}

/**
 * A kernel that visits the rows, the runs of the innermost loop, in order.
 * @param visit gets the row's first element in a and in b, and the number of elements in the rows before it
 */
export function eachRow(loops: readonly Loop[], visit: (a: number, b: number, place: number) => void): Kernel {
  const innermost = loops.length - 1;
  const walk = (depth: number, a: number, b: number, place: number): number => {
    const loop = loops[depth]!;
    if (depth === innermost) {
      visit(a, b, place);
      return place + loop.size;
    }
    for (let i = 0; i < loop.size; i++) place = walk(depth + 1, a + i * loop.a, b + i * loop.b, place);
    return place;
  };
  return () => void walk(0, 0, 0, 0);
}

/** tk_loops, with its numbers in the array `name`. */
export function loopsFields(name: string, loops: readonly Loop[]): CFields {
  return { numbers: { array: name }, count: loops.length };
}

export function loopsArray(name: string, loops: readonly Loop[]): CArray {
  return { name, type: 'int32_t', values: loops.flatMap(({ size, a, b }) => [size, a, b]) };
}
