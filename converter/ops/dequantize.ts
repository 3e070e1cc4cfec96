// DEQUANTIZE: int8 to float32.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { throughTensors } from './c_operands.js';
import { LayerCheck } from './layer_check.js';
import { gridOf, sameShape } from './lookup.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { elementwiseOverlaps } from './overlap.js';

export const dequantize: OpDefinition<'DEQUANTIZE'> = {
  opcode: 'DEQUANTIZE',
  verify(op, graph) {
    new LayerCheck(op, graph, { least: 1, forms: ['int8'], output: 'float32' });
  },
  outputShapes: sameShape,
  macs: () => 0,
  output: 'calibrated',
  constants: {},
  float32: null,
  int8,
  overlaps: elementwiseOverlaps,
  emit(op, graph) {
    const { scale, zeroPoint } = gridOf(op.inputs[0]!, graph);
    const count = elements(graph.tensors[op.inputs[0]!]!.shape);
    const params = { count, scale: { float: scale }, zero_point: zeroPoint };
    return [{ kernel: 'tk_dequantize_s8', params, arrays: [], arguments: throughTensors(op) }];
  },
};

/** scale × (q − zero point), rounded once to float32: TFLite Micro's double holds the product exactly, as here. */
function int8(op: Op<'DEQUANTIZE'>, graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Float32Array;
  const { scale, zeroPoint } = gridOf(op.inputs[0]!, graph);
  return () => {
    for (let i = 0; i < input.length; i++) output[i] = scale * (input[i]! - zeroPoint);
  };
}
