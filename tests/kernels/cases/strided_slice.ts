// STRIDED_SLICE: every mask, steps forwards and backwards, and indices from the front, from the back and beyond both ends.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

interface Spec {
  shape: number[];
  begin: number[];
  end: number[];
  strides: number[];
  out: number[];
  beginMask?: number;
  endMask?: number;
  shrinkAxisMask?: number;
}

function slice({ shape, begin, end, strides, out, beginMask = 0, endMask = 0, shrinkAxisMask = 0 }: Spec): Graph {
  const b = new GraphBuilder('strided_slice', 1);
  const x = b.activation(shape, 0.05, 2);
  const inputs = [x, b.integers(begin), b.integers(end), b.integers(strides)];
  const masks = { beginMask, endMask, shrinkAxisMask, ellipsisMask: 0, newAxisMask: 0 };
  return b.graph(x, b.op('STRIDED_SLICE', inputs, b.like(x, out), { ...masks, offset: false }));
}

export const stridedSliceCases = {
  plain: slice({ shape: [4, 5], begin: [1, 2], end: [3, 5], strides: [1, 1], out: [2, 3] }),
  every_second: slice({ shape: [8], begin: [0], end: [8], strides: [2], out: [4] }),
  every_third_with_a_rest: slice({ shape: [8], begin: [1], end: [8], strides: [3], out: [3] }),
  backwards: slice({ shape: [6], begin: [4], end: [1], strides: [-1], out: [3] }),
  backwards_by_two: slice({ shape: [7], begin: [6], end: [0], strides: [-2], out: [3] }),
  all_backwards: slice({
    shape: [2, 3],
    begin: [0, 0],
    end: [0, 0],
    strides: [-1, -1],
    out: [2, 3],
    beginMask: 3,
    endMask: 3,
  }),
  from_the_back: slice({ shape: [7], begin: [-5], end: [-1], strides: [1], out: [4] }),
  backwards_from_the_back: slice({ shape: [7], begin: [-2], end: [-6], strides: [-1], out: [4] }),
  beyond_both_ends: slice({ shape: [5], begin: [-9], end: [99], strides: [1], out: [5] }),
  backwards_beyond_both_ends: slice({ shape: [5], begin: [99], end: [-9], strides: [-2], out: [3] }),
  begin_mask: slice({ shape: [4, 5], begin: [3, 3], end: [3, 4], strides: [1, 1], out: [3, 4], beginMask: 3 }),
  begin_mask_on_one_axis: slice({
    shape: [4, 5],
    begin: [2, 3],
    end: [4, 4],
    strides: [1, 1],
    out: [2, 4],
    beginMask: 2,
  }),
  end_mask: slice({ shape: [4, 5], begin: [1, 2], end: [1, 2], strides: [1, 2], out: [3, 2], endMask: 3 }),
  end_mask_backwards: slice({ shape: [4, 5], begin: [2, 3], end: [0, 0], strides: [-1, -2], out: [3, 2], endMask: 3 }),
  begin_mask_backwards: slice({ shape: [6], begin: [0], end: [1], strides: [-1], out: [4], beginMask: 1 }),
  shrunk_first_axis: slice({
    shape: [3, 4],
    begin: [1, 0],
    end: [2, 4],
    strides: [1, 1],
    out: [4],
    shrinkAxisMask: 1,
  }),
  shrunk_last_axis: slice({
    shape: [3, 4],
    begin: [0, 2],
    end: [3, 0],
    strides: [1, 1],
    out: [3],
    shrinkAxisMask: 2,
  }),
  shrunk_from_the_back: slice({
    shape: [2, 5, 3],
    begin: [0, -1, 0],
    end: [2, 0, 3],
    strides: [1, 1, 1],
    out: [2, 3],
    shrinkAxisMask: 2,
  }),
  shrunk_before_the_first: slice({
    shape: [4, 2],
    begin: [-9, 0],
    end: [0, 2],
    strides: [1, 1],
    out: [2],
    shrinkAxisMask: 1,
  }),
  shrunk_with_begin_mask: slice({
    shape: [4, 2],
    begin: [2, 0],
    end: [3, 2],
    strides: [1, 1],
    out: [2],
    beginMask: 1,
    shrinkAxisMask: 1,
  }),
  shrunk_with_a_step: slice({
    shape: [4, 2],
    begin: [2, 0],
    end: [4, 2],
    strides: [2, 1],
    out: [2],
    shrinkAxisMask: 1,
  }),
  shrunk_to_a_scalar: slice({ shape: [3, 4], begin: [1, 2], end: [2, 3], strides: [1, 1], out: [], shrinkAxisMask: 3 }),
  image: slice({
    shape: [1, 6, 5, 2],
    begin: [0, 1, 0, 0],
    end: [1, 6, 5, 2],
    strides: [1, 2, 2, 1],
    out: [1, 3, 3, 2],
  }),
  image_mirrored: slice({
    shape: [1, 3, 4, 2],
    begin: [0, 0, 0, 0],
    end: [0, 0, 0, 0],
    strides: [1, 1, -1, 1],
    out: [1, 3, 4, 2],
    beginMask: 15,
    endMask: 15,
  }),
  two_batches: slice({
    shape: [2, 3, 4],
    begin: [0, 1, 1],
    end: [2, 3, 4],
    strides: [1, 1, 2],
    out: [2, 2, 2],
  }),
  masks_beyond_the_rank: slice({ shape: [5], begin: [1], end: [4], strides: [1], out: [3], beginMask: 6, endMask: 8 }),
};
