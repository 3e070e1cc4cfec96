// RELU as an op of its own: max(x, 0).
import { clampDefinition } from './elementwise_clamp.js';
import type { OpDefinition } from './op.js';

export const relu: OpDefinition<'RELU'> = { opcode: 'RELU', ...clampDefinition('RELU') };
