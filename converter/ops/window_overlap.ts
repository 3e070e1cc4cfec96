// How far before its input the output of an op may begin that makes each output pixel of the input pixels under a window.
import type { Graph } from '../graph/graph.js';
import type { Overlap } from '../memory/plan.js';
import { stripOf } from './depthwise_strip.js';
import { isPool, windowGeometry, type WindowGeometry, type WindowOp } from './window.js';

/** Output pixels that a convolution has in flight at most, on any core: TK_PIXELS_MOST. */
const PIXELS_IN_FLIGHT = 3;

/**
 * Output pixels that the op's C kernels, on any core, may have written in part while they still read what the first of
 * them needs; where pixels are made in strips, those behind the last one of its strip. None where all that pixels in flight
 * need is copied before they are written. And none where a channel of the output needs that channel of the input alone, as
 * what has not been read yet then lies behind what has been written.
 */
export function pixelsAhead(op: WindowOp, graph: Graph): number {
  if (isPool(op)) return 0;
  const { batches, outH, outW, inC } = windowGeometry(op, graph);
  if (op.opcode === 'DEPTHWISE_CONV_2D' && inC > 1) return op.options.depthMultiplier > 1 ? 1 : 0;
  // A product of a matrix and a vector, which is read throughout.
  if (batches * outH * outW === 1) return 1;
  const inGroups = op.opcode === 'CONV_2D' && graph.tensors[op.inputs[1]!]!.shape[3]! < inC;
  // Each group copies its own channels, after the ones before it have been written.
  return inGroups ? PIXELS_IN_FLIGHT : 0;
}

/** @param ahead as of `pixelsAhead` */
export function windowOverlaps(op: WindowOp, graph: Graph, ahead = pixelsAhead(op, graph)): Overlap[] {
  const g = windowGeometry(op, graph);
  const firstRow = (y: number) => Math.max(0, y * g.strideH - g.padTop);
  const firstColumn = (x: number) => Math.max(0, x * g.strideW - g.padLeft);
  const [input, output] = [op.inputs[0]!, op.outputs[0]!];
  const outC = graph.tensors[output]!.shape[3]!;
  const strip = op.opcode === 'DEPTHWISE_CONV_2D' && g.inC > 1 ? stripOf(g) : 1;
  return [pixelOverlap(input, output, { ...g, outC, ahead, strip, firstRow, firstColumn })];
}

/** How a kernel goes through int8 pixels. */
export interface PixelWalk extends Pick<WindowGeometry, 'batches' | 'inH' | 'inW' | 'inC' | 'outH' | 'outW'> {
  outC: number;
  /** As of `pixelsAhead`. */
  ahead: number;
  /** Output pixels of a row that are made together, 1 where it is left out: `ahead` is of the last one. */
  strip?: number;
  /** The first row of the input that a row of the output needs. */
  firstRow(y: number): number;
  firstColumn(x: number): number;
}

/** Pixel by pixel, row by row, batch by batch: the lead is that of the worst batch, row and column. */
export function pixelOverlap(input: number, output: number, walk: PixelWalk): Overlap {
  const { batches, inH, inW, inC, outH, outW, outC, ahead, strip = 1, firstRow, firstColumn } = walk;
  const last = (x: number) => Math.min(outW, x - (x % strip) + strip) - 1;
  const column = largest(outW, (x) => (last(x) + ahead) * outC - firstColumn(x) * inC);
  const row = largest(outH, (y) => y * outW * outC - firstRow(y) * inW * inC);
  const batch = largest(batches, (i) => i * (outH * outW * outC - inH * inW * inC));
  return { input, output, lead: column + row + batch };
}

function largest(count: number, value: (i: number) => number): number {
  let most = -Infinity;
  for (let i = 0; i < count; i++) most = Math.max(most, value(i));
  return most;
}
