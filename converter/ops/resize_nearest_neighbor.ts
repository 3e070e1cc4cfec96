// RESIZE_NEAREST_NEIGHBOR: each output pixel is an input pixel.
// Source: tensorflow/lite/micro/kernels/resize_nearest_neighbor.cc, kernels/internal/reference/resize_nearest_neighbor.h.
import type { Graph, Op } from '../graph/graph.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { placesOf } from './places.js';
import { pixelOverlap } from './window_overlap.js';

/** Rows and columns, which C counts in 16 bits. */
const MAX_SIZE = 2 ** 15;

type Resize = Op<'RESIZE_NEAREST_NEIGHBOR'>;

export const resizeNearestNeighbor: OpDefinition<'RESIZE_NEAREST_NEIGHBOR'> = {
  opcode: 'RESIZE_NEAREST_NEIGHBOR',
  verify: (op, graph) => void resizedOf(op, graph),
  outputShapes: (op, graph) => [resizedOf(op, graph)],
  macs: () => 0,
  output: 'same-as-input',
  constants: { 1: { role: 'none' } },
  float32: resize,
  int8: resize,
  overlaps(op, graph) {
    const { depth, ...sizes } = geometryOf(op, graph);
    const { rows, columns } = sourcesOf(op, graph);
    const walk = { ...sizes, inC: depth, outC: depth, ahead: 1 };
    const [firstRow, firstColumn] = [(y: number) => rows[y]!, (x: number) => columns[x]!];
    return [pixelOverlap(op.inputs[0]!, op.outputs[0]!, { ...walk, firstRow, firstColumn })];
  },
  emit(op, graph) {
    const { batches, inH, inW, outH, outW, depth } = geometryOf(op, graph);
    const { rows, columns } = sourcesOf(op, graph);
    const sizes = { batches, in_h: inH, in_w: inW, depth, out_h: outH, out_w: outW };
    return [
      {
        kernel: 'tk_resize_nearest_neighbor_s8',
        params: { ...sizes, rows: { array: 'rows' }, columns: { array: 'columns' } },
        arrays: [
          { name: 'rows', type: 'int16_t', values: rows },
          { name: 'columns', type: 'int16_t', values: columns },
        ],
        arguments: throughTensors(op),
      },
    ];
  },
};

/** The output's shape, of an op that it checks. */
function resizedOf(op: Resize, graph: Graph): number[] {
  const check = new LayerCheck(op, graph, { least: 2 });
  check.rank(check.input, 'input', 4);
  check.sameQuantization();
  const [batches, inH, inW, depth] = check.input.shape as [number, number, number, number];
  const [outH, outW] = placesOf(check, 1, 'sizes', 2) as [number, number];
  check.positive({ height: outH, width: outW });
  check.expect(
    Math.max(inH, inW) <= MAX_SIZE,
    () => `has ${inH} x ${inW} pixels, and ${MAX_SIZE} is the limit of each`,
  );
  return [batches, outH, outW, depth];
}

function geometryOf(op: Resize, { tensors }: Graph) {
  const [batches, inH, inW, depth] = tensors[op.inputs[0]!]!.shape as [number, number, number, number];
  const [, outH, outW] = tensors[op.outputs[0]!]!.shape as [number, number, number, number];
  return { batches, inH, inW, outH, outW, depth };
}

/** The input's row of each output row, and its column of each output column. */
function sourcesOf(op: Resize, graph: Graph): { rows: Int16Array; columns: Int16Array } {
  const { inH, inW, outH, outW } = geometryOf(op, graph);
  return { rows: nearest(inH, outH, op.options), columns: nearest(inW, outW, op.options) };
}

/** Where the centres or the corners of `to` pixels fall among `from`: the reference's operations, each in float32. */
function nearest(from: number, to: number, { alignCorners, halfPixelCenters }: Resize['options']): Int16Array {
  const f = Math.fround;
  const scale = alignCorners && to > 1 ? f(f(from - 1) / f(to - 1)) : f(f(from) / f(to));
  const offset = halfPixelCenters ? 0.5 : 0;
  return Int16Array.from({ length: to }, (_, i) => {
    const place = f(f(i + offset) * scale);
    return Math.min(Math.floor(alignCorners ? place + 0.5 : place), from - 1);
  });
}

function resize(op: Resize, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array | Float32Array;
  const output = values[op.outputs[0]!] as Int8Array | Float32Array;
  const { batches, inH, inW, outH, outW, depth } = geometryOf(op, graph);
  const { rows, columns } = sourcesOf(op, graph);
  return () => {
    let place = 0;
    for (let y = 0; y < batches * outH; y++) {
      const row = Math.floor(y / outH) * inH + rows[y % outH]!;
      for (let x = 0; x < outW; x++) {
        const pixel = (row * inW + columns[x]!) * depth;
        for (let c = 0; c < depth; c++) output[place++] = input[pixel + c]!;
      }
    }
  };
}
