// The kernel calls of DEPTHWISE_CONV_2D: one pixel at a time, or, with Helium, a strip of some of a row.
import { scratchOf, type Core, type KernelCall } from '../codegen/kernel_call.js';
import type { Graph, Op } from '../graph/graph.js';
import { channelParts } from './c_channels.js';
import { windowFields } from './c_operands.js';
import { stripOf, VECTOR } from './depthwise_strip.js';
import { rowSums } from './weight_sums.js';
import { windowGeometry, type WindowGeometry } from './window.js';

export function depthwiseCall(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph, core: Core): KernelCall {
  return core === 'mve' ? stripCall(op, graph) : pixelCall(op, graph, core);
}

function pixelCall(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph, core: Core): KernelCall {
  const { depthMultiplier } = op.options;
  const [input, output] = [op.inputs[0]!, op.outputs[0]!];
  const outC = graph.tensors[output]!.shape[3]!;
  const parts = channelParts(op, graph, core, outC);
  const values = graph.tensors[op.inputs[1]!]!.data as Int8Array;
  return {
    kernel: core === 'dsp' && depthMultiplier === 1 ? 'tk_depthwise_conv_2d_dsp_s8' : 'tk_depthwise_conv_2d_s8',
    params: {
      window: windowFields(windowGeometry(op, graph), outC),
      input_offset: -graph.tensors[input]!.quantization!.zeroPoint[0]!,
      depth_multiplier: depthMultiplier,
      output: parts.output,
    },
    arrays: [{ name: 'weights', type: 'int8_t', values }, ...parts.arrays],
    arguments: [{ tensor: input }, { array: 'weights' }, ...parts.arguments, { tensor: output }],
  };
}

function stripCall(op: Op<'DEPTHWISE_CONV_2D'>, graph: Graph): KernelCall {
  const geometry = windowGeometry(op, graph);
  const [input, output] = [op.inputs[0]!, op.outputs[0]!];
  const outC = graph.tensors[output]!.shape[3]!;
  const values = byChannel(graph.tensors[op.inputs[1]!]!.data as Int8Array, geometry, outC);
  const parts = channelParts(op, graph, 'mve', outC, { weights: rowSums(values, outC) });
  const vectors = Math.ceil((geometry.filterH * geometry.filterW) / VECTOR);
  return {
    kernel: 'tk_depthwise_conv_2d_mve_s8',
    params: {
      window: windowFields(geometry, outC),
      padding: graph.tensors[input]!.quantization!.zeroPoint[0]!,
      depth_multiplier: op.options.depthMultiplier,
      strip: stripOf(geometry),
      output: parts.output,
    },
    arrays: [{ name: 'weights', type: 'int8_t', values }, ...parts.arrays],
    arguments: [{ tensor: input }, { array: 'weights' }, ...parts.arguments, { scratch: 0 }, { tensor: output }],
    scratch: [scratchOf('int8_t', vectors * VECTOR * VECTOR + VECTOR)],
  };
}

/** [filterH, filterW, outC] as [outC, filterW, filterH]. */
function byChannel(weights: Int8Array, { filterH, filterW }: WindowGeometry, outC: number): Int8Array {
  const values = new Int8Array(weights.length);
  for (let i = 0; i < weights.length; i++) {
    const [row, column] = [i % filterH, Math.floor(i / filterH) % filterW];
    const channel = Math.floor(i / (filterH * filterW));
    values[i] = weights[(row * filterW + column) * outC + channel]!;
  }
  return values;
}
