// Some of many inputs, where all of them would take too long.
import type { Graph } from './graph/graph.js';
import { definitionOf } from './ops/table.js';

const LEAST = 4;

/** As many inputs as stay within a number of multiply-accumulates: evenly apart, or one behind the other where they are a stream. */
export function inputsWithin(
  maxMacs: number,
  graph: Graph,
  inputs: readonly Float32Array[],
  most = Infinity,
): Float32Array[] {
  const macs = graph.ops.reduce((sum, op) => sum + definitionOf(op).macs(op, graph), 1);
  const count = Math.max(LEAST, Math.min(most, Math.floor(maxMacs / macs)));
  if (inputs.length <= count || isStateful(graph)) return inputs.slice(0, count);
  return Array.from({ length: count }, (_, i) => inputs[Math.floor((i * inputs.length) / count)]!);
}

/** Whether an inference depends on those before it. */
export function isStateful({ tensors }: Graph): boolean {
  return tensors.some(({ isVariable }) => isVariable);
}
