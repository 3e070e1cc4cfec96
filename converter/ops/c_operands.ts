// The parts of a kernel call that several ops share: the window, the requantization, the constants with one row per channel.
import type { CArgument, CArray, CFields } from '../codegen/kernel_call.js';
import type { Graph, Op } from '../graph/graph.js';
import { operandIndices, type WeightedOp } from './operands.js';
import { requantization, type Requantization } from './requantize.js';
import type { WindowGeometry } from './window.js';

/** tk_window. */
export function windowFields(g: WindowGeometry, outC: number): CFields {
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

/** A bias that is absent or zero throughout takes no bytes: the kernel gets no array. */
export function accumulatingParts(op: WeightedOp, graph: Graph, channels: number): AccumulatingParts {
  const r = requantization(op, graph, channels);
  const { input, weights, bias, output } = operandIndices(op);
  const { data, quantization } = graph.tensors[weights]!;
  const distinct = quantization!.scale.length === 1 ? 1 : channels;
  const biases = graph.tensors[bias]?.data as Int32Array | undefined;
  const hasBias = biases?.some((value) => value !== 0) === true;
  return {
    input_offset: r.inputOffset,
    requantization: requantizationFields(r, distinct),
    arrays: [
      { name: 'weights', type: 'int8_t', values: data as Int8Array },
      ...(hasBias ? [{ name: 'bias', type: 'int32_t', values: biases } as const] : []),
      { name: 'multiplier', type: 'int32_t', values: r.multipliers.subarray(0, distinct) },
      { name: 'shift', type: 'int8_t', values: r.shifts.subarray(0, distinct) },
    ],
    arguments: [{ tensor: input }, { array: 'weights' }, biasArgument(hasBias), { tensor: output }],
  };
}

/** A bias that is zero throughout takes no bytes. */
export function biasArgument(hasBias: boolean): CArgument {
  return hasBias ? { array: 'bias' } : { absent: 'bias', type: 'int32_t' };
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
