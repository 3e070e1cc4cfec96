// An int8 model whose file has float32 ends: without the QUANTIZE that comes first and the DEQUANTIZE that comes last.
import type { Graph, Op } from '../graph/graph.js';
import { removeDeadTensors } from './remove_dead_tensors.js';

/** The same graph where nothing is to be stripped. */
export function stripFloatEnds(graph: Graph): Graph {
  const removed = new Set<Op>();
  const inputs = graph.inputs.map((input) => {
    const readers = graph.ops.filter((op) => op.inputs.includes(input));
    const [reader] = readers;
    if (readers.length !== 1 || reader!.opcode !== 'QUANTIZE' || !isFloat(graph, input)) return input;
    removed.add(reader!);
    return reader!.outputs[0]!;
  });
  const outputs = graph.outputs.map((output) => {
    const writer = graph.ops.find((op) => op.outputs.includes(output));
    if (writer?.opcode !== 'DEQUANTIZE' || graph.ops.some((op) => op.inputs.includes(output))) return output;
    // An input that is the output as well, or a constant, cannot stand for it.
    const before = writer.inputs[0]!;
    if (graph.tensors[before]!.data || inputs.includes(before)) return output;
    removed.add(writer);
    return before;
  });
  if (removed.size === 0) return graph;
  return removeDeadTensors({ ...graph, ops: graph.ops.filter((op) => !removed.has(op)), inputs, outputs });
}

function isFloat({ tensors }: Graph, index: number): boolean {
  return tensors[index]!.dtype === 'float32';
}
