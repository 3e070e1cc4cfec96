import type { Run } from '../commands.js';
import { compareRuns } from '../compare_runs.js';

export const run: Run = (args, context) => {
  const output = typeof args['output'] === 'string' ? args['output'] : undefined;
  compareRuns((args['runs'] as string[] | undefined) ?? [], output, context);
  return Promise.resolve(0);
};
