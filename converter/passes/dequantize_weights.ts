// Dynamic-range models: int8 weights of ops that compute in float become float32, so that all of the model can be quantized.
import type { Graph, Op } from '../graph/graph.js';
import { definitionOf } from '../ops/table.js';
import { floatConstant } from './fold_constants.js';
import { rewrite, type Draft } from './rewrite.js';

export function dequantizeWeights(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) if (isFloat(op, draft)) dequantizeConstants(op, draft);
  });
}

function isFloat(op: Op, { tensors }: Draft): boolean {
  return op.opcode !== 'QUANTIZE' && op.outputs.every((index) => tensors[index]?.dtype === 'float32');
}

function dequantizeConstants(op: Op, draft: Draft): void {
  op.inputs.forEach((index, position) => {
    const tensor = draft.tensors[index];
    const rule = definitionOf(op).constants[position]?.role;
    if (!tensor?.data || tensor.dtype !== 'int8' || !tensor.quantization || rule === 'none') return;
    draft.tensors[index] = floatConstant(tensor, tensor.name);
  });
}
