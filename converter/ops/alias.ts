// Ops that give the same values, in the same order, another shape: nothing is computed, and nothing is copied in C.
import type { Graph, Op, Opcode } from '../graph/graph.js';
import type { Kernel, OpDefinition, Values } from './op.js';

/**
 * The definition of an op whose output is its first input under another shape.
 * @param shapeOf checks the op as `OpDefinition.verify` does, and gives the output's shape
 */
export function aliasOp<K extends Opcode>(
  opcode: K,
  constants: OpDefinition<K>['constants'],
  shapeOf: (op: Op<K>, graph: Graph) => number[],
): OpDefinition<K> {
  return {
    opcode,
    verify: (op, graph) => void shapeOf(op, graph),
    outputShapes: (op, graph) => [shapeOf(op, graph)],
    macs: () => 0,
    output: 'same-as-input',
    constants,
    isAlias: true,
    float32: copy,
    int8: copy,
    emit: () => [],
  };
}

function copy(op: Pick<Op, 'inputs' | 'outputs'>, _graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array | Float32Array;
  const output = values[op.outputs[0]!] as Int8Array | Float32Array;
  return () => output.set(input);
}
