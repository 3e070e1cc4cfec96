// Several graphs as one that runs them all: each keeps its inputs and outputs.
import type { Graph, Op, Tensor } from '../../converter/graph/graph.js';

export function sideBySide(name: string, graphs: readonly Graph[]): Graph {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const inputs: number[] = [];
  const outputs: number[] = [];
  graphs.forEach((graph, number) => {
    const first = tensors.length;
    const moved = (indices: readonly number[]) => indices.map((index) => (index < 0 ? index : first + index));
    const named = (own: string) => `${number}_${own}`;
    tensors.push(...graph.tensors.map((tensor) => ({ ...tensor, name: named(tensor.name) })));
    ops.push(
      ...graph.ops.map((op) => ({
        ...op,
        name: named(op.name),
        inputs: moved(op.inputs),
        outputs: moved(op.outputs),
        ...(op.intermediates && { intermediates: moved(op.intermediates) }),
      })),
    );
    inputs.push(...moved(graph.inputs));
    outputs.push(...moved(graph.outputs));
  });
  return { name, tensors, ops, inputs, outputs, metadata: new Map() };
}
