import type { Run } from '../command.js';
import { dataOverride, loadFeatures } from '../data.js';
import { isAnomaly, openAnyProject, openProject } from '../project.js';
import { recordRun } from '../runs.js';
import { trainProject } from '../training.js';

export const run: Run = async (args, context) => {
  const opened = openAnyProject(context.project);
  if (isAnomaly(opened)) return (await import('../anomaly/commands.js')).train(opened, args, context);
  const project = openProject(context.project);
  const features = await loadFeatures(project, context, dataOverride(args));
  const options = { workers: args['workers'] as number | undefined, fresh: args['fresh'] === true };
  const { history, best, ...result } = await trainProject(project, features, options, context);
  const id = recordRun(project, { command: 'train', verified: 'not yet' });
  context.reporter.line(`${result.model}, recorded as ${id}`);
  context.reporter.result({ run: id, ...result, best, history });
  return 0;
};
