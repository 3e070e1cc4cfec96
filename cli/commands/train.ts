import type { Run } from '../commands.js';
import { dataOverride, loadFeatures } from '../data.js';
import { isAnomaly, openAnyProject, openProject } from '../project.js';
import { trainProject } from '../training.js';

export const run: Run = async (args, context) => {
  const opened = openAnyProject(context.project);
  if (isAnomaly(opened)) return (await import('../anomaly/commands.js')).train(opened, args, context);
  const project = openProject(context.project);
  const features = await loadFeatures(project, context, dataOverride(args));
  const options = { workers: args['workers'] as number | undefined, fresh: args['fresh'] === true };
  const { history, best, ...result } = await trainProject(project, features, options, context);
  context.reporter.line(result.model);
  context.reporter.result({ ...result, best, history });
  return 0;
};
