// Tensors that no op reads or writes go; the others keep their order.
import type { Graph, Op } from '../graph/graph.js';

export function removeDeadTensors(graph: Graph): Graph {
  const used = new Set([
    ...graph.inputs,
    ...graph.outputs,
    ...graph.ops.flatMap((op) => [...op.inputs, ...op.outputs, ...(op.intermediates ?? [])]),
  ]);
  const kept = graph.tensors.map((_, index) => index).filter((index) => used.has(index));
  const renumbered = new Map(kept.map((old, index) => [old, index]));
  const renumber = (indices: readonly number[]) => indices.map((index) => (index < 0 ? index : renumbered.get(index)!));
  return {
    ...graph,
    tensors: kept.map((index) => graph.tensors[index]!),
    ops: graph.ops.map((op): Op => {
      const { inputs, outputs, intermediates } = op;
      const moved = { ...op, inputs: renumber(inputs), outputs: renumber(outputs) };
      return intermediates ? { ...moved, intermediates: renumber(intermediates) } : moved;
    }),
    inputs: renumber(graph.inputs),
    outputs: renumber(graph.outputs),
  };
}
