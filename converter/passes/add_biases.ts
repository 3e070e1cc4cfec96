// A CONV_2D or DEPTHWISE_CONV_2D without a bias gets one of zeros: LiteRT's int8 kernels do not run without.
import { elements, type Graph, type Op } from '../graph/graph.js';
import { rewrite } from './rewrite.js';

export function addBiases(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    draft.ops = draft.ops.map((op) => {
      if (!lacksBias(op)) return op;
      const size = elements(draft.tensors[op.outputs[0]!]!.shape.slice(-1));
      const bias = { name: `${op.name}/bias`, shape: [size], dtype: 'float32' as const, data: new Float32Array(size) };
      return { ...op, inputs: [op.inputs[0]!, op.inputs[1]!, draft.tensors.push(bias) - 1] };
    });
  });
}

function lacksBias(op: Op): boolean {
  const isConvolution = op.opcode === 'CONV_2D' || op.opcode === 'DEPTHWISE_CONV_2D';
  return isConvolution && (op.inputs[2] ?? -1) === -1;
}
