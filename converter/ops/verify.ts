// The gate before anything computes with a graph: its structure, each op's own rules, shapes, and the total work.
import type { Graph } from '../graph/graph.js';
import { graphError, layerName, verifyStructure } from '../graph/verify.js';
import { definitionOf } from './table.js';

/** Some ten seconds on a host, and hours on a microcontroller. */
const MAX_MACS = 2 ** 33;

/**
 * Checks all of a graph, so that kernels, planners and writers may trust it.
 * @throws KilnError `graph-invalid` or `graph-too-large` that names the layer
 */
export function verify(graph: Graph): void {
  verifyStructure(graph);
  let macs = 0;
  for (const op of graph.ops) {
    const definition = definitionOf(op);
    definition.verify(op, graph);
    const expected = definition.outputShape(op, graph).join(',');
    const found = graph.tensors[op.outputs[0]!]!.shape.join(',');
    if (found !== expected)
      throw graphError(layerName(op, graph), `has the output shape [${found}], and it has to be [${expected}]`);
    macs += definition.macs(op, graph);
  }
  if (macs > MAX_MACS) {
    throw graphError(
      graph.name,
      `one inference takes ${macs} multiply-accumulates, and at most ${MAX_MACS} are allowed`,
      'graph-too-large',
    );
  }
}
