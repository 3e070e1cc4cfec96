// SUM: the sum along the axes.
import type { OpDefinition } from './op.js';
import { summationDefinition } from './summation.js';

export const sum: OpDefinition<'SUM'> = { opcode: 'SUM', ...summationDefinition };
