// MEAN: the mean along the axes.
import type { OpDefinition } from './op.js';
import { summationDefinition } from './summation.js';

export const mean: OpDefinition<'MEAN'> = { opcode: 'MEAN', ...summationDefinition };
