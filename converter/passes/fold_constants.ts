// Ops on constants alone are computed once: DEQUANTIZE of weights that a file holds in float16 or int8.
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { dequantized } from '../quantization/dequantize.js';
import { removeDeadTensors } from './remove_dead_tensors.js';
import { rewrite, type Draft } from './rewrite.js';

export function foldConstants(graph: Graph): Graph {
  return removeDeadTensors(
    rewrite(graph, (draft) => {
      draft.ops = draft.ops.filter((op) => !(op.opcode === 'DEQUANTIZE' && fold(op, draft)));
    }),
  );
}

/** @returns whether the op's output is a constant now */
function fold({ inputs, outputs }: Op<'DEQUANTIZE'>, draft: Draft): boolean {
  const [from, to] = [draft.tensors[inputs[0] ?? -1], draft.tensors[outputs[0] ?? -1]];
  if (!from?.data || to?.dtype !== 'float32' || draft.outputs.includes(outputs[0]!)) return false;
  draft.tensors[outputs[0]!] = floatConstant(from, to.name);
  return true;
}

/** The constant's real values as float32, under a name of its own. */
export function floatConstant(constant: Tensor, name: string): Tensor {
  return { name, shape: constant.shape, dtype: 'float32', data: Float32Array.from(dequantized(constant)) };
}
