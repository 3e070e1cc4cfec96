// PADV2: the input within a border of a constant.
import type { OpDefinition } from './op.js';
import { padDefinition } from './padding.js';

export const padV2: OpDefinition<'PADV2'> = {
  opcode: 'PADV2',
  ...padDefinition({
    inputs: 3,
    constants: { 1: { role: 'none' }, 2: { role: 'value' } },
    verify(check) {
      const { length } = check.constant(2, 'padding values', check.form).data!;
      check.expect(length === 1, () => `has ${length} padding values, and it has to have 1`);
    },
    value: (op, { tensors }) => (tensors[op.inputs[2]!]!.data as Int8Array | Float32Array)[0]!,
  }),
};
