import { compareDetectors } from '../anomaly/compare_detectors.js';
import type { Run } from '../command.js';
import { compareRuns } from '../compare_runs.js';

/** Runs that are named, or else the detectors that suit a project's data. */
export const run: Run = async (args, context) => {
  const runs = (args['runs'] as string[] | undefined) ?? [];
  if (runs.length === 0) return compareDetectors(args, context);
  compareRuns(runs, typeof args['output'] === 'string' ? args['output'] : undefined, context);
  return 0;
};
