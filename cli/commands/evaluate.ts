import { evaluate } from '../anomaly/commands.js';
import type { Run } from '../commands.js';
import { openAnomalyProject } from '../project.js';

/** 1 where a quality misses its budget. */
export const run: Run = (args, context) => evaluate(openAnomalyProject(context.project), args, context);
