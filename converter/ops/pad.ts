// PAD: the input within a border of real zeros.
import type { OpDefinition } from './op.js';
import { padDefinition } from './padding.js';

export const pad: OpDefinition<'PAD'> = {
  opcode: 'PAD',
  ...padDefinition({
    inputs: 2,
    constants: { 1: { role: 'none' } },
    value: (op, { tensors }) => tensors[op.outputs[0]!]!.quantization?.zeroPoint[0] ?? 0,
  }),
};
