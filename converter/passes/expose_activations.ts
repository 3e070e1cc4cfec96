// Every op's outputs become outputs of the model: to look into a model, layer by layer, on the host and on a board.
import type { Graph } from '../graph/graph.js';

/** The order is that of the ops. An activation that is an output keeps its bytes until the next inference. */
export function exposeActivations(graph: Graph): Graph {
  return { ...graph, outputs: graph.ops.flatMap(({ outputs }) => outputs) };
}
