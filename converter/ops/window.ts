// The geometry of a sliding window, shared by convolutions and pools: padding, output size, and the patch under it.
import type { ExplicitPadding, Graph, Op, Padding } from '../graph/graph.js';
import type { Kernel } from './op.js';

type PoolOp = Op<'AVERAGE_POOL_2D'> | Op<'MAX_POOL_2D'>;
export type WindowOp = Op<'CONV_2D'> | Op<'DEPTHWISE_CONV_2D'> | PoolOp;

/** Sizes in elements. `padTop` and `padLeft` are the rows and columns outside the input that the first window covers. */
export interface WindowGeometry {
  batches: number;
  inH: number;
  inW: number;
  inC: number;
  outH: number;
  outW: number;
  filterH: number;
  filterW: number;
  strideH: number;
  strideW: number;
  dilationH: number;
  dilationW: number;
  padTop: number;
  padLeft: number;
}

/** Output size along one dimension, 0 or less where the window does not fit: TensorFlow's SAME and VALID. */
export function outputSize(padding: Padding, size: number, filter: number, stride: number, dilation: number): number {
  const span = (filter - 1) * dilation + 1;
  return padding === 'SAME' ? Math.ceil(size / stride) : Math.floor((size - span) / stride) + 1;
}

/** Elements before the input along one dimension; where the total is odd, the larger half comes after. */
export function paddingBefore(size: number, out: number, filter: number, stride: number, dilation: number): number {
  const span = (filter - 1) * dilation + 1;
  return Math.floor(Math.max(0, (out - 1) * stride + span - size) / 2);
}

export function isPool(op: WindowOp): op is PoolOp {
  return op.opcode === 'AVERAGE_POOL_2D' || op.opcode === 'MAX_POOL_2D';
}

function filterSize(op: WindowOp, graph: Graph): [height: number, width: number] {
  if (isPool(op)) return [op.options.filterH, op.options.filterW];
  const [, height, width] = graph.tensors[op.inputs[1]!]!.shape;
  return [height!, width!];
}

/** The geometry of an op whose input (and weights) have four dimensions. */
export function windowGeometry(op: WindowOp, graph: Graph): WindowGeometry {
  const [batches, inH, inW, inC] = graph.tensors[op.inputs[0]!]!.shape as [number, number, number, number];
  const [filterH, filterW] = filterSize(op, graph);
  const { padding, strideH, strideW } = op.options;
  const { dilationH, dilationW } = isPool(op) ? { dilationH: 1, dilationW: 1 } : op.options;
  const border = bordersOf(padding);
  const [outH, padTop] = placesAlong(border.vertical, inH, filterH, strideH, dilationH);
  const [outW, padLeft] = placesAlong(border.horizontal, inW, filterW, strideW, dilationW);
  return {
    ...{ batches, inH, inW, inC, outH, outW, filterH, filterW },
    ...{ strideH, strideW, dilationH, dilationW, padTop, padLeft },
  };
}

/** Windows of one pixel over a row of `count` pixels with `channels` channels. */
export function pointwise(count: number, channels: number): WindowGeometry {
  return {
    ...{ batches: 1, inH: 1, inW: count, inC: channels, outH: 1, outW: count, filterH: 1, filterW: 1 },
    ...{ strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, padTop: 0, padLeft: 0 },
  };
}

/** Elements outside the input along one dimension. */
interface Border {
  before: number;
  after: number;
}

function bordersOf(padding: Padding | ExplicitPadding): Record<'vertical' | 'horizontal', Padding | Border> {
  if (typeof padding === 'string') return { vertical: padding, horizontal: padding };
  const { top, bottom, left, right } = padding;
  return { vertical: { before: top, after: bottom }, horizontal: { before: left, after: right } };
}

/** The output's size along one dimension, and the padding before the input. */
function placesAlong(
  padding: Padding | Border,
  size: number,
  filter: number,
  stride: number,
  dilation: number,
): [out: number, before: number] {
  if (typeof padding !== 'string') {
    const { before, after } = padding;
    return [outputSize('VALID', before + size + after, filter, stride, dilation), before];
  }
  const out = outputSize(padding, size, filter, stride, dilation);
  return [out, paddingBefore(size, out, filter, stride, dilation)];
}

/**
 * A kernel that goes through the output's places in order. Before each `visit` it copies the input under the window to
 * `patch`, as [filterH, filterW, channels], with `offset` added; what lies outside the input is 0.
 * @param visit gets the place's number, its row and its column
 * @param firstChannel of the input's, where the patch holds a part of them
 */
export function slide(
  g: WindowGeometry,
  input: Int8Array | Float32Array,
  offset: number,
  patch: Float64Array,
  visit: (place: number, y: number, x: number) => void,
  firstChannel = 0,
): Kernel {
  const gather = patchGatherer(g, input, offset, patch, firstChannel);
  const { batches, outH, outW } = g;
  return () => {
    let place = 0;
    for (let batch = 0; batch < batches; batch++) {
      for (let y = 0; y < outH; y++) {
        for (let x = 0; x < outW; x++) {
          gather(batch, y, x);
          visit(place++, y, x);
        }
      }
    }
  };
}

function patchGatherer(
  g: WindowGeometry,
  input: Int8Array | Float32Array,
  offset: number,
  patch: Float64Array,
  firstChannel: number,
): (batch: number, y: number, x: number) => void {
  const { inH, inW, inC, filterH, filterW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const channels = patch.length / (filterH * filterW);
  return (batch, y, x) => {
    let to = 0;
    for (let filterY = 0; filterY < filterH; filterY++) {
      const inY = y * strideH - padTop + filterY * dilationH;
      for (let filterX = 0; filterX < filterW; filterX++) {
        const inX = x * strideW - padLeft + filterX * dilationW;
        const end = to + channels;
        if (inY < 0 || inY >= inH || inX < 0 || inX >= inW) {
          while (to < end) patch[to++] = 0;
        } else {
          let from = ((batch * inH + inY) * inW + inX) * inC + firstChannel;
          while (to < end) patch[to++] = input[from++]! + offset;
        }
      }
    }
  };
}
