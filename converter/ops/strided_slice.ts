// STRIDED_SLICE: begin:end:stride along each dimension, as Python slices.
// Source: tensorflow/lite/micro/kernels/strided_slice_common.cc, kernels/internal/strided_slice_logic.h.
import type { Graph, Op } from '../graph/graph.js';
import { movingOp, placeIn } from './box_copy.js';
import { LayerCheck } from './layer_check.js';
import { checkRankUpTo, placesOf } from './places.js';

/** TFLite Micro's limit. */
const MAX_RANK = 4;
const NONE = { role: 'none' } as const;

export const stridedSlice = movingOp('STRIDED_SLICE', { 1: NONE, 2: NONE, 3: NONE }, (op, graph) => {
  const ranges = rangesOf(op, graph);
  const sizes = ranges.map(({ size }) => size);
  const output = ranges.filter(({ shrunk }) => !shrunk).map(({ size }) => size);
  const from = placeIn(
    op.inputs[0]!,
    graph.tensors[op.inputs[0]!]!.shape,
    ranges.map(({ start }) => start),
    ranges.map(({ stride }) => stride),
  );
  return { outputShapes: [output], copies: [{ sizes, from, to: placeIn(op.outputs[0]!, sizes) }] };
});

/** What is taken along a dimension. */
interface Range {
  start: number;
  stride: number;
  size: number;
  /** Whether the output lacks the dimension, of which one element is taken. */
  shrunk: boolean;
}

type Slice = Op<'STRIDED_SLICE'>;

function rangesOf(op: Slice, graph: Graph): Range[] {
  const check = new LayerCheck(op, graph, { least: 4 });
  checkRankUpTo(check, MAX_RANK);
  check.sameQuantization();
  checkOptions(check, op);
  const { shape } = check.input;
  const [begins, ends, strides] = ['begins', 'ends', 'strides'].map((role, i) =>
    placesOf(check, i + 1, role, shape.length),
  );
  return shape.map((size, i) => {
    const range = rangeOf(op, i, size, { begin: begins![i]!, end: ends![i]!, stride: strides![i]! });
    checkRange(check, range, i, size);
    return range;
  });
}

/** TFLite Micro computes as if these were not set. */
function checkOptions(check: LayerCheck, { options }: Slice): void {
  for (const name of ['ellipsisMask', 'newAxisMask'] as const) {
    check.expect(options[name] === 0, () => `has ${name} ${options[name]}, which TFLite Micro does not have`);
  }
  check.expect(!options.offset, () => 'has ends that count from the begins, which TFLite Micro does not have');
}

interface Bounds {
  begin: number;
  end: number;
  stride: number;
}

function rangeOf({ options }: Slice, axis: number, size: number, { begin, end, stride }: Bounds): Range {
  const has = (mask: number) => (mask & (1 << axis)) !== 0;
  const [first, behind] = stride > 0 ? [0, size] : [size - 1, -1];
  const start = has(options.beginMask) ? first : placed(begin, size, stride);
  const stop = has(options.endMask) ? behind : placed(end, size, stride);
  const shrunk = has(options.shrinkAxisMask);
  return { start, stride, size: shrunk ? 1 : Math.ceil((stop - start) / stride), shrunk };
}

/** An index that counts from the back where it is negative, within what a slice in the stride's direction can reach. */
function placed(index: number, size: number, stride: number): number {
  const [least, most] = stride > 0 ? [0, size] : [-1, size - 1];
  return Math.max(least, Math.min(most, index < 0 ? index + size : index));
}

function checkRange(check: LayerCheck, { start, stride, size, shrunk }: Range, axis: number, available: number): void {
  check.expect(stride !== 0, () => `has the stride 0 on axis ${axis}`);
  // TFLite Micro leaves the output as it was.
  check.expect(!shrunk || stride > 0, () => `takes one element of axis ${axis}, with the stride ${stride}`);
  check.expect(
    size >= 1 && start >= 0 && start < available,
    () => `takes nothing of axis ${axis}, which has ${available} elements`,
  );
}
