// An op that only clamps, in float32: what RELU and RELU6 share.
import type { Activation, Op } from '../graph/graph.js';
import { activationRange } from './activation.js';
import { LayerCheck } from './layer_check.js';
import type { Kernel, OpDefinition, Values } from './op.js';

type ClampOpcode = 'RELU' | 'RELU6';

/** The definition of an op that is an activation; int8 graphs have it fused into the op before. */
export function clampDefinition(activation: ClampOpcode & Activation): Omit<OpDefinition<ClampOpcode>, 'opcode'> {
  return {
    verify(op, graph) {
      new LayerCheck(op, graph, { least: 1, forms: ['float32'] });
    },
    outputShapes: (op, graph) => [[...graph.tensors[op.inputs[0]!]!.shape]],
    macs: () => 0,
    output: 'calibrated',
    constants: {},
    float32: (op, _graph, values) => clamp(op, values, activation),
    int8: null,
    emit: null,
  };
}

function clamp(op: Op<ClampOpcode>, values: Values, activation: Activation): Kernel {
  const input = values[op.inputs[0]!] as Float32Array;
  const output = values[op.outputs[0]!] as Float32Array;
  const { min, max } = activationRange(activation);
  return () => {
    for (let i = 0; i < input.length; i++) output[i] = Math.min(max, Math.max(min, input[i]!));
  };
}
