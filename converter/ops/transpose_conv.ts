// TRANSPOSE_CONV: a convolution backwards; each input place adds its filter, scaled, to the output places under it.
// Source: tensorflow/lite/micro/kernels/transpose_conv.cc, kernels/internal/reference/integer_ops/transpose_conv.h.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { accumulateRows } from './accumulate.js';
import { activationRange, clampRow } from './activation.js';
import { accumulatingParts, windowFields } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { operandIndices, operandsOf } from './operands.js';
import { PairedRows } from './paired_rows.js';
import { placesOf } from './places.js';
import { requantization, requantizeRow } from './requantize.js';
import { checkWeights } from './weights_check.js';
import { outputSize, paddingBefore, type WindowGeometry } from './window.js';
import { checkSpans } from './window_check.js';
import { pixelOverlap } from './window_overlap.js';

type TransposeConv = Op<'TRANSPOSE_CONV'>;

const CHANNEL_AXIS = 0;

export const transposeConv: OpDefinition<'TRANSPOSE_CONV'> = {
  opcode: 'TRANSPOSE_CONV',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 3, most: 4, input: 2 });
    const weights = check.constant(1, 'weights', check.form);
    check.rank(check.input, 'input', 4);
    check.rank(weights, 'weights', 4);
    const channels = weights.shape[CHANNEL_AXIS]!;
    const [batches, , , inC] = check.input.shape;
    check.expect(weights.shape[3] === inC, () => `has filters for ${weights.shape[3]} channels on ${inC}`);
    const shape = placesOf(check, 0, 'output sizes', 4);
    check.expect(
      shape[0] === batches && shape[3] === channels && shape[1]! >= 1 && shape[2]! >= 1,
      () => `has the output shape [${shape}] for ${batches} batches and ${channels} channels`,
    );
    checkPlaces(check, op, graph);
    checkWeights(check, op, graph, { channels, axis: CHANNEL_AXIS });
  },
  outputShapes: (op, graph) => [outputShape(op, graph)],
  macs(op, graph) {
    const { batches, inH, inW } = geometryOf(op, graph);
    return batches * inH * inW * elements(graph.tensors[op.inputs[1]!]!.shape);
  },
  output: 'calibrated',
  constants: { 0: { role: 'none' }, 1: { role: 'weights', axis: CHANNEL_AXIS }, 3: { role: 'bias' } },
  float32,
  int8,
  overlaps(op, graph) {
    const g = geometryOf(op, graph);
    const { input, output } = operandIndices(op);
    const firstRow = (y: number) => firstReaching(y, g.padTop, g.filterH, g.strideH, g.inH);
    const firstColumn = (x: number) => firstReaching(x, g.padLeft, g.filterW, g.strideW, g.inW);
    return [pixelOverlap(input, output, { ...g, outC: outputShape(op, graph)[3]!, ahead: 1, firstRow, firstColumn })];
  },
  emit(op, graph) {
    const channels = outputShape(op, graph)[3]!;
    const { arrays, arguments: operands, ...offsets } = accumulatingParts(op, graph, channels);
    const params = { window: windowFields(geometryOf(op, graph), channels), ...offsets };
    return [{ kernel: 'tk_transpose_conv_s8', params, arrays, arguments: operands }];
  },
};

function outputShape(op: TransposeConv, graph: Graph): number[] {
  return Array.from(graph.tensors[op.inputs[0]!]!.data as Int32Array);
}

/** The window's own sizes, and its padding: that of the convolution that leads from the output back to the input. */
function geometryOf(op: TransposeConv, graph: Graph): WindowGeometry {
  const { input, weights } = operandIndices(op);
  const [batches, inH, inW, inC] = graph.tensors[input]!.shape as [number, number, number, number];
  const [, filterH, filterW] = graph.tensors[weights]!.shape as [number, number, number];
  const [, outH, outW] = outputShape(op, graph) as [number, number, number];
  const { strideH, strideW } = op.options;
  return {
    ...{ batches, inH, inW, inC, outH, outW, filterH, filterW },
    ...{ strideH, strideW, dilationH: 1, dilationW: 1 },
    padTop: paddingBefore(outH, inH, filterH, strideH, 1),
    padLeft: paddingBefore(outW, inW, filterW, strideW, 1),
  };
}

/** The first of `size` places along a dimension of the input whose filter lies on the place `out` of the output. */
function firstReaching(out: number, pad: number, filter: number, stride: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.ceil((out + pad - filter + 1) / stride)));
}

/** The input has to be of the size that the convolution backwards gives, as in TensorFlow. */
function checkPlaces(check: LayerCheck, op: TransposeConv, graph: Graph): void {
  const { inH, inW, outH, outW, filterH, filterW, strideH, strideW } = geometryOf(op, graph);
  check.positive({ strideH, strideW });
  checkSpans(check, [strideH, strideW], [filterH, filterW]);
  const { padding } = op.options;
  const expected = [outputSize(padding, outH, filterH, strideH, 1), outputSize(padding, outW, filterW, strideW, 1)];
  check.expect(
    expected[0] === inH && expected[1] === inW,
    () => `has an output of ${outH} × ${outW}, which an input of ${inH} × ${inW} does not give with ${padding} padding`,
  );
}

/** The products of one input place with all weights. */
interface Products {
  /** [inC]: to be filled before `multiply`. */
  patch: Float64Array;
  multiply(): void;
  /** [channels, filterH, filterW] */
  sums: Float64Array;
}

function float32(op: TransposeConv, graph: Graph, values: Values): Kernel {
  const g = geometryOf(op, graph);
  const { input, weights, bias, output } = operandsOf<Float32Array>(op, values, outputShape(op, graph)[3]!);
  const range = activationRange(op.options.activation);
  const sums = new Float64Array(weights.length / g.inC);
  const [patch, zeros] = [new Float64Array(g.inC), new Float64Array(sums.length)];
  const products = { patch, sums, multiply: () => accumulateRows(weights, patch, zeros, sums) };
  return scatter(g, input, 0, products, bias, (row, at) => clampRow(row, range, output, at));
}

function int8(op: TransposeConv, graph: Graph, values: Values): Kernel {
  const g = geometryOf(op, graph);
  const { input, weights, bias, output } = operandsOf<Int8Array>(op, values, outputShape(op, graph)[3]!);
  const r = requantization(op, graph, bias.length);
  const patch = new Float64Array(g.inC);
  const rows = new PairedRows(weights, new Float64Array(weights.length / g.inC), patch);
  const products = { patch, sums: rows.sums, multiply: () => rows.accumulate() };
  return scatter(g, input, r.inputOffset, products, bias, (row, at) => requantizeRow(row, r, output, at));
}

/** @param write takes the sums of one output place and where its channels begin in the output */
function scatter(
  g: WindowGeometry,
  input: Int8Array | Float32Array,
  offset: number,
  products: Products,
  bias: Float64Array,
  write: (row: Float64Array, at: number) => void,
): Kernel {
  const { batches, inH, inW, inC, outH, outW } = g;
  const channels = bias.length;
  const image = new Float64Array(outH * outW * channels);
  const row = new Float64Array(channels);
  return () => {
    for (let batch = 0; batch < batches; batch++) {
      for (let at = 0; at < image.length; at += channels) image.set(bias, at);
      for (let place = 0; place < inH * inW; place++) {
        const from = (batch * inH * inW + place) * inC;
        for (let c = 0; c < inC; c++) products.patch[c] = input[from + c]! + offset;
        products.multiply();
        spread(g, products.sums, channels, place, image);
      }
      for (let at = 0; at < image.length; at += channels) {
        for (let c = 0; c < channels; c++) row[c] = image[at + c]!;
        write(row, batch * image.length + at);
      }
    }
  };
}

/** Adds the products of an input place where its filter lies on the output. */
function spread(g: WindowGeometry, sums: Float64Array, channels: number, place: number, image: Float64Array): void {
  const { inW, outH, outW, filterH, filterW, strideH, strideW, padTop, padLeft } = g;
  const taps = filterH * filterW;
  const top = Math.floor(place / inW) * strideH - padTop;
  const left = (place % inW) * strideW - padLeft;
  for (let y = Math.max(0, -top); y < filterH && top + y < outH; y++) {
    for (let x = Math.max(0, -left); x < filterW && left + x < outW; x++) {
      const to = ((top + y) * outW + left + x) * channels;
      for (let c = 0, from = y * filterW + x; c < channels; c++, from += taps) image[to + c]! += sums[from]!;
    }
  }
}
