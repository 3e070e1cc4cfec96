// The kernel call of a layer that multiplies patches of its input with rows of weights: CONV_2D, and what is one by another name.
import { scratchOf, type CArray, type Core, type CScratch, type KernelCall } from '../codegen/kernel_call.js';
import type { Graph } from '../graph/graph.js';
import { channelParts, type ChannelParts } from './c_channels.js';
import { dualWeights } from './c_dual.js';
import { windowFields } from './c_operands.js';
import { vectorWeights, wholeVectors } from './c_vectors.js';
import { operandIndices, type WeightedOp } from './operands.js';
import { rowSums } from './weight_sums.js';
import { pointwise, type WindowGeometry } from './window.js';

const CONVOLUTION = { portable: 'tk_conv_2d_s8', dsp: 'tk_conv_2d_dsp_s8', mve: 'tk_conv_2d_mve_s8' } as const;
const PRODUCT = {
  portable: 'tk_fully_connected_s8',
  dsp: 'tk_fully_connected_dsp_s8',
  mve: 'tk_fully_connected_mve_s8',
} as const;

/** Rows of weights that kernels of the DSP extension multiply together. */
const CONV_ROWS = 2;
const PRODUCT_ROWS = 4;

export interface Convolution {
  geometry: WindowGeometry;
  /** [channels, filterH, filterW, input channels of a group] */
  weights: Int8Array;
  channels: number;
  /** How many groups there are; each has its own input channels. */
  groups: number;
}

export function convolutionCall(op: WeightedOp, graph: Graph, core: Core, convolution: Convolution): KernelCall {
  const { channels, groups } = convolution;
  const geometry = inOneRow(convolution.geometry);
  if (isOnePatch(convolution)) return productCall(op, graph, core, convolution);
  const { input, output } = operandIndices(op);
  const { values, parts } = constantsOf(op, graph, core, convolution, CONV_ROWS);
  const zeroPoint = graph.tensors[input]!.quantization!.zeroPoint[0]!;
  return {
    kernel: CONVOLUTION[core],
    params: {
      window: windowFields(geometry, channels),
      ...{ group_in_c: geometry.inC / groups, group_out_c: channels / groups, padding: zeroPoint },
      output: parts.output,
    },
    arrays: [weightsArray(values, core), ...parts.arrays],
    arguments: [{ tensor: input }, { array: 'weights' }, ...parts.arguments, { scratch: 0 }, { tensor: output }],
    scratch: [patchOf(convolution, core)],
  };
}

/** A window of one pixel that is at each in turn goes over them as over a row. */
function inOneRow(g: WindowGeometry): WindowGeometry {
  const { filterH, filterW, strideH, strideW, padTop, padLeft } = g;
  const inTurn = filterH * filterW * strideH * strideW === 1 && padTop + padLeft === 0;
  return inTurn && g.inH === g.outH && g.inW === g.outW ? pointwise(g.batches * g.outH * g.outW, g.inC) : g;
}

/** Whether there is one output pixel, and the input is what lies under its window. */
function isOnePatch({ geometry: g, weights, channels, groups }: Convolution): boolean {
  const places = g.batches * g.outH * g.outW;
  return places === 1 && groups === 1 && isDense(g, g.inC) && weights.length / channels === g.inH * g.inW * g.inC;
}

/** One row of input times the weights. */
function productCall(op: WeightedOp, graph: Graph, core: Core, convolution: Convolution): KernelCall {
  const { weights, channels } = convolution;
  const { input, output } = operandIndices(op);
  const { values, parts } = constantsOf(op, graph, core, convolution, PRODUCT_ROWS);
  return {
    kernel: PRODUCT[core],
    params: { depth: weights.length / channels, out: channels, output: parts.output },
    arrays: [weightsArray(values, core), ...parts.arrays],
    arguments: [{ tensor: input }, { array: 'weights' }, ...parts.arguments, { tensor: output }],
  };
}

/** Some kernels load whole words. */
function weightsArray(values: Int8Array, core: Core): CArray {
  return { name: 'weights', type: 'int8_t', values, ...(core === 'dsp' && { aligned: true }) };
}

/** @param together rows that the core's kernel multiplies together */
function constantsOf(
  op: WeightedOp,
  graph: Graph,
  core: Core,
  { weights, channels, groups }: Convolution,
  together: number,
): { values: Int8Array; parts: ChannelParts } {
  const sums = rowSums(weights, channels);
  const group = channels / groups;
  const partsOf = (layout?: Int32Array) => channelParts(op, graph, core, channels, { weights: sums, layout });
  if (core === 'portable') return { values: weights, parts: partsOf() };
  if (core === 'mve') return { values: vectorWeights(weights, channels, group), parts: partsOf() };
  const { values, correction } = dualWeights(weights, channels, group, together);
  return { values, parts: partsOf(correction) };
}

/** What lies under the windows of the pixels in flight. */
function patchOf({ geometry, weights, channels, groups }: Convolution, core: Core): CScratch {
  const depth = weights.length / channels;
  if (core === 'mve') return scratchOf('int8_t', 2 * wholeVectors(depth));
  const dense = isDense(geometry, geometry.inC / groups);
  if (core === 'portable') return scratchOf('int32_t', 2 * depth + (dense ? 0 : Math.ceil(depth / 2)));
  const unpacked = 3 * (2 * Math.floor(depth / 4) + (depth % 4));
  return scratchOf('int32_t', unpacked + (dense ? 0 : Math.ceil(depth / 4)));
}

/** Whether the input has what is under each window together: tk_is_dense(). */
function isDense(g: WindowGeometry, channels: number): boolean {
  const { inH, inW, outH, outW, filterH, filterW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const staysInside =
    padTop === 0 &&
    padLeft === 0 &&
    (outH - 1) * strideH + (filterH - 1) * dilationH < inH &&
    (outW - 1) * strideW + (filterW - 1) * dilationW < inW;
  const wholePixels = dilationW === 1 && channels === g.inC;
  const oneColumn = filterW === 1 || wholePixels;
  const oneRow = filterH === 1 || (dilationH === 1 && filterW === inW && wholePixels);
  return staysInside && oneColumn && oneRow;
}
