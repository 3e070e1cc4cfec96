// BATCH_NORMALIZATION at inference, as Keras trains it: per last dimension, float32 only; a pass folds it into weights.
import type { Graph, Op } from '../graph/graph.js';
import { elements } from '../graph/graph.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';

const PARAMETERS = ['gamma', 'beta', 'mean', 'variance'];

export const batchNormalization: OpDefinition<'BATCH_NORMALIZATION'> = {
  opcode: 'BATCH_NORMALIZATION',
  verify(op, graph) {
    const check = new LayerCheck(op, graph, { least: 1 + PARAMETERS.length, forms: ['float32'] });
    const channels = check.input.shape.at(-1);
    PARAMETERS.forEach((role, i) => {
      const { shape } = check.constant(1 + i, role, 'float32');
      check.expect(elements(shape) === channels, () => `has [${shape.join(',')}] as ${role} for ${channels} channels`);
    });
    const { epsilon } = op.options;
    check.expect(epsilon >= 0 && Number.isFinite(epsilon), () => `has epsilon ${epsilon}`);
  },
  outputShapes: (op, graph) => [[...graph.tensors[op.inputs[0]!]!.shape]],
  macs: (op, graph) => elements(graph.tensors[op.inputs[0]!]!.shape),
  output: 'calibrated',
  constants: { 1: { role: 'none' }, 2: { role: 'none' }, 3: { role: 'none' }, 4: { role: 'none' } },
  float32,
  int8: null,
  emit: null,
};

/** y = gamma × (x − mean) / √(variance + epsilon) + beta */
function float32(op: Op<'BATCH_NORMALIZATION'>, _graph: Graph, values: Values): Kernel {
  const [input, gamma, beta, mean, variance] = op.inputs.map((index) => values[index] as Float32Array) as [
    ...[Float32Array, Float32Array, Float32Array, Float32Array, Float32Array],
  ];
  const output = values[op.outputs[0]!] as Float32Array;
  const factor = gamma.map((g, c) => g / Math.sqrt(variance[c]! + op.options.epsilon));
  const channels = factor.length;
  return () => {
    for (let i = 0; i < input.length; i++) {
      const c = i % channels;
      output[i] = (input[i]! - mean[c]!) * factor[c]! + beta[c]!;
    }
  };
}
