// ADD: a + b, with broadcasting and a fused activation.
import { additionParts } from './addition.js';
import { binaryDefinition } from './binary.js';
import type { OpDefinition } from './op.js';

export const add: OpDefinition<'ADD'> = { opcode: 'ADD', ...binaryDefinition(additionParts(1)) };
