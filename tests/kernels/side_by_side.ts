// Several graphs as one that runs them all: each keeps its inputs and outputs.
import type { Graph } from '../../converter/graph/graph.js';

export function sideBySide(name: string, graphs: readonly Graph[]): Graph {
  const joined: Graph = { name, tensors: [], ops: [], inputs: [], outputs: [], metadata: new Map() };
  graphs.forEach(({ tensors, ops, inputs, outputs }, number) => {
    const first = joined.tensors.length;
    const moved = (indices: readonly number[]) => indices.map((index) => (index < 0 ? index : first + index));
    const named = (own: string) => `${number}_${own}`;
    joined.tensors.push(...tensors.map((tensor) => ({ ...tensor, name: named(tensor.name) })));
    joined.ops.push(
      ...ops.map((op) => ({ ...op, name: named(op.name), inputs: moved(op.inputs), outputs: moved(op.outputs) })),
    );
    joined.inputs.push(...moved(inputs));
    joined.outputs.push(...moved(outputs));
  });
  return joined;
}
