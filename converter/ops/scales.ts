// Scales and zero points of an op's tensors, which `verify` knows to have one each.
import type { Graph, Op, Tensor } from '../graph/graph.js';

export interface Grid {
  scale: number;
  zeroPoint: number;
}

/** Of both operands and the output. */
export function binaryGrids(op: Op, graph: Graph): [a: Grid, b: Grid, output: Grid] {
  const [a, b] = op.inputs;
  return [gridOf(graph.tensors[a!]!), gridOf(graph.tensors[b!]!), gridOf(graph.tensors[op.outputs[0]!]!)];
}

export function gridOf({ quantization }: Tensor): Grid {
  return { scale: quantization!.scale[0]!, zeroPoint: quantization!.zeroPoint[0]! };
}

/** Of the inputs, in their order. */
export function inputScales(op: Op, tensors: readonly Tensor[]): number[] {
  return op.inputs.map((index) => tensors[index]?.quantization?.scale[0] ?? 0);
}
