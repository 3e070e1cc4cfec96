// RESHAPE, then an op on each value or channel → the op first: next to the layer that may take it up.
import type { Graph, Op } from '../graph/graph.js';
import { rewrite, soleProducer, type Draft } from './rewrite.js';

const ELEMENTWISE: ReadonlySet<string> = new Set(['RELU', 'RELU6', 'LEAKY_RELU', 'HARD_SWISH', 'LOGISTIC', 'TANH']);

export function sinkReshapes(graph: Graph): Graph {
  return rewrite(graph, (draft) => {
    for (const op of graph.ops) {
      const current = draft.ops.find(({ name, outputs }) => name === op.name && outputs[0] === op.outputs[0]);
      if (current) sink(draft, current);
    }
  });
}

/** Moves an op before the RESHAPE that feeds it. */
function sink(draft: Draft, op: Op): void {
  const reshape = soleProducer(draft, op.inputs[0]!, op);
  if (reshape?.opcode !== 'RESHAPE' || !mayMove(draft, op, reshape)) return;
  const before = draft.tensors[reshape.inputs[0]!]!;
  const between = reshape.outputs[0]!;
  draft.tensors[between] = { ...draft.tensors[between]!, shape: before.shape };
  const first = { ...op, inputs: [reshape.inputs[0]!, ...op.inputs.slice(1)], outputs: [between] } as Op;
  const second: Op = { ...reshape, inputs: [between, ...reshape.inputs.slice(1)], outputs: op.outputs };
  draft.ops = draft.ops.flatMap((other) => (other === reshape ? [] : other === op ? [first, second] : [other]));
}

/** BATCH_NORMALIZATION works on the last dimension, which has to be the same before. */
function mayMove({ tensors }: Draft, op: Op, reshape: Op): boolean {
  if (ELEMENTWISE.has(op.opcode)) return true;
  const [from, to] = [reshape.inputs[0]!, reshape.outputs[0]!].map((index) => tensors[index]!.shape.at(-1));
  return op.opcode === 'BATCH_NORMALIZATION' && from === to;
}
