// A .tflite names ops by their outputs: each output takes the name of its layer, also where layers were fused into it.
import type { Graph } from '../graph/graph.js';

export function nameOutputs(graph: Graph): Graph {
  const layer = new Map(graph.ops.map((op) => [op.outputs[0]!, op.name]));
  const tensors = graph.tensors.map((tensor, index) => ({ ...tensor, name: layer.get(index) ?? tensor.name }));
  return { ...graph, tensors };
}
