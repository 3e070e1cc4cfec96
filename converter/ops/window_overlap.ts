// How far before its input the output of an op may begin that makes each output pixel of the input pixels under a window.
import type { Graph } from '../graph/graph.js';
import type { Overlap } from '../memory/plan.js';
import { windowGeometry, type WindowGeometry, type WindowOp } from './window.js';

/**
 * Output pixels that the op's C kernels may have written in part while they still read what the first of them needs.
 * Where a channel of the output needs that channel of the input alone, a kernel that finishes one pixel's channels in
 * their order is 0 pixels ahead: what it has not read yet lies behind what it has written.
 */
export function pixelsAhead(op: WindowOp): number {
  if (op.opcode === 'CONV_2D') return 1;
  return op.opcode === 'DEPTHWISE_CONV_2D' && op.options.depthMultiplier > 1 ? 1 : 0;
}

/** @param ahead as of `pixelsAhead` */
export function windowOverlaps(op: WindowOp, graph: Graph, ahead = pixelsAhead(op)): Overlap[] {
  const g = windowGeometry(op, graph);
  const firstRow = (y: number) => Math.max(0, y * g.strideH - g.padTop);
  const firstColumn = (x: number) => Math.max(0, x * g.strideW - g.padLeft);
  const [input, output] = [op.inputs[0]!, op.outputs[0]!];
  const outC = graph.tensors[output]!.shape[3]!;
  return [pixelOverlap(input, output, { ...g, outC, ahead, firstRow, firstColumn })];
}

/** How a kernel goes through int8 pixels. */
export interface PixelWalk extends Pick<WindowGeometry, 'batches' | 'inH' | 'inW' | 'inC' | 'outH' | 'outW'> {
  outC: number;
  /** As of `pixelsAhead`. */
  ahead: number;
  /** The first row of the input that a row of the output needs. */
  firstRow(y: number): number;
  firstColumn(x: number): number;
}

/** Pixel by pixel, row by row, batch by batch: the lead is that of the worst batch, row and column. */
export function pixelOverlap(input: number, output: number, walk: PixelWalk): Overlap {
  const { batches, inH, inW, inC, outH, outW, outC, ahead, firstRow, firstColumn } = walk;
  const column = largest(outW, (x) => (x + ahead) * outC - firstColumn(x) * inC);
  const row = largest(outH, (y) => y * outW * outC - firstRow(y) * inW * inC);
  const batch = largest(batches, (i) => i * (outH * outW * outC - inH * inW * inC));
  return { input, output, lead: column + row + batch };
}

function largest(count: number, value: (i: number) => number): number {
  let most = -Infinity;
  for (let i = 0; i < count; i++) most = Math.max(most, value(i));
  return most;
}
