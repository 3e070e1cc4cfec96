// MAXIMUM: the larger of both operands, with broadcasting.
import { binaryDefinition } from './binary.js';
import { extremumParts } from './extremum.js';
import type { OpDefinition } from './op.js';

export const maximum: OpDefinition<'MAXIMUM'> = {
  opcode: 'MAXIMUM',
  ...binaryDefinition(extremumParts('tk_maximum_s8', Math.max)),
};
