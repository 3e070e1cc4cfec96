// The gate before anything computes with a graph: its structure, each op's own rules, shapes, and the total work.
import type { Graph, Op } from '../graph/graph.js';
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
    definitionOf(op).verify(op, graph);
    verifyShapes(op, graph);
    macs += definitionOf(op).macs(op, graph);
  }
  if (macs > MAX_MACS) {
    throw graphError(
      graph.name,
      `one inference takes ${macs} multiply-accumulates, and at most ${MAX_MACS} are allowed`,
      'graph-too-large',
    );
  }
}

function verifyShapes(op: Op, graph: Graph): void {
  definitionOf(op)
    .outputShapes(op, graph)
    .forEach((shape, i) => {
      const [expected, found] = [shape.join(','), graph.tensors[op.outputs[i]!]!.shape.join(',')];
      if (found === expected) return;
      throw graphError(layerName(op, graph), `has the output shape [${found}], and it has to be [${expected}]`);
    });
}
