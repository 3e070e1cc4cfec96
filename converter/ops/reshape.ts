// RESHAPE: the same values under another shape; one dimension of −1 takes what is left.
import { elements } from '../graph/graph.js';
import { LayerCheck } from './layer_check.js';
import type { OpDefinition, Kernel, Values } from './op.js';
import type { Graph, Op } from '../graph/graph.js';

export const reshape: OpDefinition<'RESHAPE'> = {
  opcode: 'RESHAPE',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1, most: 2 });
    if ((op.inputs[1] ?? -1) !== -1) check.constant(1, 'shape', 'int32');
    const { newShape } = op.options;
    const sane = newShape.every((n) => n === -1 || n >= 1) && newShape.filter((n) => n === -1).length <= 1;
    check.expect(sane, () => `has the shape [${newShape.join(',')}], and one dimension at most may be -1`);
    const [values, places] = [elements(check.input.shape), elements(newShape)];
    const fits = newShape.includes(-1) || values === places;
    check.expect(fits, () => `has the shape [${newShape.join(',')}] for ${values} values`);
    check.sameQuantization();
  },
  outputShapes(op, graph) {
    const rest = elements(graph.tensors[op.inputs[0]!]!.shape) / elements(op.options.newShape.filter((n) => n !== -1));
    return [op.options.newShape.map((n) => (n === -1 ? rest : n))];
  },
  macs: () => 0,
  output: 'same-as-input',
  constants: { 1: { role: 'none' } },
  float32: copy,
  int8: copy,
  isAlias: true,
  emit: () => [],
};

function copy(op: Op<'RESHAPE'>, _graph: Graph, values: Values): Kernel {
  const input = values[op.inputs[0]!] as Int8Array;
  const output = values[op.outputs[0]!] as Int8Array;
  return () => output.set(input);
}
