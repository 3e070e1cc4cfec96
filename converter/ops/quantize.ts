// QUANTIZE: float32 to int8, or int8 to int8 with another scale and zero point.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { roundAway } from './activation.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import {
  checkRatio,
  gridOf,
  lookup,
  lookupCall,
  lookupTable,
  rescale,
  sameShape,
  scaleRatio,
  type Grid,
} from './lookup.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { elementwiseOverlaps } from './overlap.js';

export const quantize: OpDefinition<'QUANTIZE'> = {
  opcode: 'QUANTIZE',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1, output: 'int8' });
    if (check.form === 'int8')
      checkRatio(check, scaleRatio(gridOf(op.inputs[0]!, graph), gridOf(op.outputs[0]!, graph)));
  },
  outputShapes: sameShape,
  macs: () => 0,
  output: 'calibrated',
  constants: {},
  float32: null,
  int8(op, graph, values) {
    if (graph.tensors[op.inputs[0]!]!.dtype === 'int8') return lookup(op, values, requantizeTable(op, graph));
    return fromReal(op, values, gridOf(op.outputs[0]!, graph));
  },
  overlaps: elementwiseOverlaps,
  emit(op, graph, core) {
    const { dtype, shape } = graph.tensors[op.inputs[0]!]!;
    if (dtype === 'int8') return [lookupCall(op, graph, core, requantizeTable(op, graph))];
    const { scale, zeroPoint } = gridOf(op.outputs[0]!, graph);
    const params = { count: elements(shape), scale: { float: scale }, zero_point: zeroPoint };
    return [{ kernel: 'tk_quantize_s8', params, arrays: [], arguments: throughTensors(op) }];
  },
};

function requantizeTable(op: Op<'QUANTIZE'>, graph: Graph): Int8Array {
  return lookupTable(op, graph, (input, output) => rescale(scaleRatio(input, output)));
}

/**
 * real / scale in float32, rounded with halves away from zero. What TFLite Micro leaves to C's undefined behaviour is
 * defined here: what is too large for an int32 saturates, and NaN counts as 0.
 */
function fromReal(op: Op<'QUANTIZE'>, values: Values, { scale, zeroPoint }: Grid): Kernel {
  const input = values[op.inputs[0]!] as Float32Array;
  const output = values[op.outputs[0]!] as Int8Array;
  return () => {
    for (let i = 0; i < input.length; i++) {
      const steps = roundAway(Math.fround(input[i]! / scale)) || 0;
      output[i] = Math.max(-128, Math.min(127, steps + zeroPoint));
    }
  };
}
