// SUB: a − b, with broadcasting and a fused activation.
import { additionParts } from './addition.js';
import { binaryDefinition } from './binary.js';
import type { OpDefinition } from './op.js';

export const sub: OpDefinition<'SUB'> = { opcode: 'SUB', ...binaryDefinition(additionParts(-1)) };
