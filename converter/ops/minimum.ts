// MINIMUM: the smaller of both operands, with broadcasting.
import { binaryDefinition } from './binary.js';
import { extremumParts } from './extremum.js';
import type { OpDefinition } from './op.js';

export const minimum: OpDefinition<'MINIMUM'> = {
  opcode: 'MINIMUM',
  ...binaryDefinition(extremumParts('tk_minimum_s8', Math.min)),
};
