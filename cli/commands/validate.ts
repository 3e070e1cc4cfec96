import type { Run } from '../commands.js';

export const run: Run = async () => 0;
