// What the planner is measured against: the largest first, each at the lowest offset where no other one is meanwhile.
import { byteSize, type Graph } from '../../converter/graph/graph.js';
import { definitionOf } from '../../converter/ops/table.js';

interface Block {
  offset: number;
  bytes: number;
  first: number;
  last: number;
}

/** @returns bytes of an arena without overlaps, in which a RESHAPE renames its input */
export function firstFit(graph: Graph): number {
  const placed: Block[] = [];
  for (const block of blocksOf(graph).sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    const rivals = placed.filter(({ first, last }) => first <= block.last && block.first <= last);
    for (const rival of rivals.sort((a, b) => a.offset - b.offset)) {
      if (block.offset + block.bytes <= rival.offset) break;
      block.offset = Math.max(block.offset, rival.offset + rival.bytes);
    }
    placed.push(block);
  }
  return Math.max(...placed.map(({ offset, bytes }) => offset + bytes));
}

function blocksOf({ tensors, ops, inputs, outputs }: Graph): Block[] {
  const byTensor = new Map<number, Block>();
  const add = (tensor: number, first: number) => {
    byTensor.set(tensor, { offset: 0, bytes: 4 * Math.ceil(byteSize(tensors[tensor]!) / 4), first, last: first });
  };
  inputs.forEach((tensor) => add(tensor, -1));
  ops.forEach((op, index) => {
    for (const tensor of op.inputs) if (byTensor.has(tensor)) byTensor.get(tensor)!.last = index;
    if (definitionOf(op).isAlias) byTensor.set(op.outputs[0]!, byTensor.get(op.inputs[0]!)!);
    else op.outputs.forEach((tensor) => add(tensor, index));
  });
  outputs.forEach((tensor) => (byTensor.get(tensor)!.last = ops.length));
  return [...new Set(byTensor.values())];
}
