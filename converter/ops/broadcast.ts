// Broadcasting as NumPy and TFLite have it: two shapes are lined up at their ends, and a dimension of 1 repeats.
import { addLoop, type Loop } from './loops.js';

/** The shape that two shapes give together, or null where a dimension differs and is 1 in neither. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | null {
  const [left, right] = aligned(a, b);
  const fits = left.every((n, i) => n === right[i] || n === 1 || right[i] === 1);
  return fits ? left.map((n, i) => Math.max(n, right[i]!)) : null;
}

/** Both shapes at the longer one's rank, with dimensions of 1 before the shorter one. */
function aligned(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const rank = Math.max(a.length, b.length);
  const extend = (shape: readonly number[]) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  return [extend(a), extend(b)];
}

/**
 * The loops over the output's elements in their order, for two shapes that broadcast. Dimensions that both operands go
 * through in the same way are one loop: equal shapes give a single one, with strides of 1.
 */
export function broadcastLoops(a: readonly number[], b: readonly number[]): Loop[] {
  const [left, right] = aligned(a, b);
  const loops: Loop[] = [{ size: 1, a: 1, b: 1 }];
  let [strideA, strideB] = [1, 1];
  for (let i = left.length - 1; i >= 0; i--) {
    const [sizeA, sizeB] = [left[i]!, right[i]!];
    addLoop(loops, { size: Math.max(sizeA, sizeB), a: sizeA === 1 ? 0 : strideA, b: sizeB === 1 ? 0 : strideB });
    strideA *= sizeA;
    strideB *= sizeB;
  }
  return loops;
}
