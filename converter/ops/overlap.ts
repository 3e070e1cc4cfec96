// How far before an input an output may begin, so that the kernel has read what it overwrites.
//
// A kernel writes its output from the begin to the end. Where it reads the input at `read` while the output may be written
// up to `written`, both counted from their own begin, the output has to lie `written − read` bytes or more before the
// input: the largest of these differences is the lead. What is said here holds for the C kernels as they are; where a
// kernel goes another way through its tensors, its lead is another one.
import { BYTES, elements, type Graph, type Op } from '../graph/graph.js';
import type { Overlap } from '../memory/plan.js';
import type { BoxCopy, BoxPlace } from './box_copy.js';
import type { Loop } from './loops.js';
import type { Reduction } from './reduce.js';

/** Of an op that reads and writes its elements one by one, in order: each is read before its place is written. */
export function elementwiseOverlaps(op: Op, { tensors }: Graph): Overlap[] {
  const [input, output] = [op.inputs[0]!, op.outputs[0]!];
  const growth = BYTES[tensors[output]!.dtype] - BYTES[tensors[input]!.dtype];
  return [{ input, output, lead: Math.max(0, growth * (elements(tensors[input]!.shape) - 1)) }];
}

/**
 * Of an op that makes each row of its output of one row of its input, and may write the row while it still reads it.
 * @param sizes rows, and the bytes of a row of either
 */
export function rowOverlap(input: number, output: number, sizes: { rows: number; from: number; to: number }): Overlap {
  const { rows, from, to } = sizes;
  return { input, output, lead: to + Math.max(0, (rows - 1) * (to - from)) };
}

/** The steps of loops that go on in the order of the output's elements, `written` and `read` by so much each time. */
interface Stride {
  size: number;
  written: number;
  read: number;
}

/** The lead over all steps, where each step's reads are done before its writes. */
function leadOfLoops(strides: readonly Stride[]): number {
  return strides.reduce((sum, { size, written, read }) => sum + Math.max(0, (size - 1) * (written - read)), 0);
}

/** Each step of the innermost loop writes the output's next element. */
function writingInOrder(loops: readonly Pick<Stride, 'size' | 'read'>[]): Stride[] {
  let written = 1;
  return loops.toReversed().map(({ size, read }) => {
    const stride = { size, written, read };
    written *= size;
    return stride;
  });
}

/** Of an op that makes each int8 element of one element of either operand. */
export function combinationOverlaps({ inputs, outputs }: Op, loops: readonly Loop[]): Overlap[] {
  return (['a', 'b'] as const).map((operand, i) => {
    const strides = writingInOrder(loops.map((loop) => ({ size: loop.size, read: loop[operand] })));
    return { input: inputs[i]!, output: outputs[0]!, lead: leadOfLoops(strides) };
  });
}

/** Of an op that makes each int8 element of many, of which the first is that with the lowest address. */
export function reductionOverlaps({ inputs, outputs }: Op, { kept }: Reduction): Overlap[] {
  const strides = writingInOrder(kept.map(({ size, a }) => ({ size, read: a })));
  return [{ input: inputs[0]!, output: outputs[0]!, lead: leadOfLoops(strides) }];
}

/**
 * Of copies of int8 boxes, one after the other, each of which goes through its output upwards. The tensor that a copy
 * reads has to outlast what the copies before it have written.
 */
export function copyOverlaps(copies: readonly BoxCopy[]): Overlap[] {
  const outputs = new Set(copies.map(({ to }) => to.tensor));
  return copies.flatMap((copy, i) =>
    [...outputs].flatMap((output) => {
      const until = copies.slice(0, i).filter(({ to }) => to.tensor === output);
      const written = Math.max(-Infinity, ...until.map(({ sizes, to }) => reach(sizes, to).end));
      const own = copy.to.tensor === output ? leadOfCopy(copy) : -Infinity;
      const lead = Math.max(own, written - reach(copy.sizes, copy.from).begin);
      return lead > -Infinity ? [{ input: copy.from.tensor, output, lead }] : [];
    }),
  );
}

function leadOfCopy({ sizes, from, to }: BoxCopy): number {
  const strides = sizes.map((size, i) => ({ size, written: to.strides[i]!, read: from.strides[i]! }));
  return to.start - from.start + leadOfLoops(strides);
}

/** The elements of a box lie from `begin` to `end`, excluded. */
function reach(sizes: readonly number[], { start, strides }: BoxPlace): { begin: number; end: number } {
  const ways = sizes.map((size, i) => (size - 1) * strides[i]!);
  const sum = (limit: (a: number, b: number) => number) => ways.reduce((total, way) => total + limit(0, way), start);
  return { begin: sum(Math.min), end: sum(Math.max) + 1 };
}
