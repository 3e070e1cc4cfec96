// RELU6 as an op of its own: min(max(x, 0), 6).
import { clampDefinition } from './elementwise_clamp.js';
import type { OpDefinition } from './op.js';

export const relu6: OpDefinition<'RELU6'> = { opcode: 'RELU6', ...clampDefinition('RELU6') };
