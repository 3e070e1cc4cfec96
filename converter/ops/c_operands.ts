// The parts of a kernel call that several ops share: the window, the requantization, the constants with one row per channel.
import type { CArgument, CArray, CFields } from '../codegen/kernel_call.js';
import type { Graph, Op } from '../graph/graph.js';
import { graphError, layerName } from '../graph/verify.js';
import { requantization, type AccumulatingOp, type Requantization } from './requantize.js';
import { windowGeometry, type WindowOp } from './window.js';

/** tk_window. @throws KilnError `graph-invalid` where there are several batches: of the kernels only MAX_POOL_2D's takes them. */
export function windowFields(op: WindowOp, graph: Graph, outC: number): CFields {
  const g = windowGeometry(op, graph);
  if (g.batches !== 1 && op.opcode !== 'MAX_POOL_2D')
    throw graphError(layerName(op, graph), `has a batch of ${g.batches}, and 1 can be compiled`);
  return {
    batches: g.batches,
    ...{ in_h: g.inH, in_w: g.inW, in_c: g.inC, out_h: g.outH, out_w: g.outW, out_c: outC },
    ...{ filter_h: g.filterH, filter_w: g.filterW, stride_h: g.strideH, stride_w: g.strideW },
    ...{ dilation_h: g.dilationH, dilation_w: g.dilationW, pad_top: g.padTop, pad_left: g.padLeft },
  };
}

/** From the first input to the first output. */
export function throughTensors(op: Op): CArgument[] {
  return [{ tensor: op.inputs[0]! }, { tensor: op.outputs[0]! }];
}

/** The constants of an op with weights and its requantization, as fields and as arrays. */
export interface AccumulatingParts {
  input_offset: number;
  requantization: CFields;
  arrays: CArray[];
  arguments: CArgument[];
}

export function accumulatingParts(op: AccumulatingOp, graph: Graph, channels: number): AccumulatingParts {
  const r = requantization(op, graph, channels);
  const distinct = graph.tensors[op.inputs[1]!]!.quantization!.scale.length === 1 ? 1 : channels;
  return {
    input_offset: r.inputOffset,
    requantization: requantizationFields(r, distinct),
    arrays: [
      { name: 'weights', type: 'int8_t', values: graph.tensors[op.inputs[1]!]!.data as Int8Array },
      { name: 'bias', type: 'int32_t', values: biasOf(op, graph) ?? new Int32Array(channels) },
      { name: 'multiplier', type: 'int32_t', values: r.multipliers.subarray(0, distinct) },
      { name: 'shift', type: 'int8_t', values: r.shifts.subarray(0, distinct) },
    ],
    arguments: [{ tensor: op.inputs[0]! }, { array: 'weights' }, { array: 'bias' }, { tensor: op.outputs[0]! }],
  };
}

function biasOf(op: AccumulatingOp, graph: Graph): Int32Array | undefined {
  return graph.tensors[op.inputs[2] ?? -1]?.data as Int32Array | undefined;
}

/** tk_requantization. @param distinct multipliers: one, or one for each channel */
function requantizationFields({ outputOffset, min, max }: Requantization, distinct: number): CFields {
  const step = distinct > 1 ? 1 : 0;
  return {
    multiplier: { array: 'multiplier' },
    shift: { array: 'shift' },
    step,
    output_offset: outputOffset,
    min,
    max,
  };
}
