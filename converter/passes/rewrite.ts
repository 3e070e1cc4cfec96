// What passes share: finding who reads a tensor, and replacing ops without touching the graph that was given.
import type { Graph, Op, Tensor } from '../graph/graph.js';

/** A copy whose lists may be changed; tensors and ops in it are replaced, never written to. */
export interface Draft {
  tensors: Tensor[];
  ops: Op[];
  outputs: readonly number[];
}

/** Runs a change on a copy. */
export function rewrite(graph: Graph, change: (draft: Draft) => void): Graph {
  const draft: Draft = { tensors: [...graph.tensors], ops: [...graph.ops], outputs: graph.outputs };
  change(draft);
  return { ...graph, tensors: draft.tensors, ops: draft.ops };
}

/** The op that writes a tensor, if nothing but `reader` reads it: then the two may become one. */
export function soleProducer({ ops, outputs }: Draft, tensor: number, reader: Op): Op | undefined {
  const shared = outputs.includes(tensor) || ops.some((op) => op !== reader && op.inputs.includes(tensor));
  return shared ? undefined : ops.find((op) => op.outputs.includes(tensor));
}

/** Puts `merged` in the place of `first`, and takes `second`, whose output it now writes, out. */
export function merge(draft: Draft, first: Op, second: Op, merged: Op): void {
  draft.ops = draft.ops.filter((op) => op !== second).map((op) => (op === first ? merged : op));
}
