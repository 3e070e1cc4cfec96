import { writeAtomic } from '../../base/files.js';
import type { Run } from '../command.js';
import { dataOverride } from '../data.js';
import { projectEar, writeChosen } from '../ear.js';
import { evaluateKeywords } from '../evaluation.js';
import { reportEvaluation } from '../evaluation_text.js';
import { modelOf } from '../model.js';
import type { Context } from '../context.js';
import { isAnomaly, openAnyProject, openProject, type Project } from '../project.js';
import { recordRun, verifiedOf } from '../runs.js';

export const run: Run = async (args, context) => {
  const opened = openAnyProject(context.project);
  if (isAnomaly(opened)) return (await import('../anomaly/commands.js')).evaluate(opened, args, context);
  const project = openProject(context.project);
  const model = modelOf(args, context);
  const ear = projectEar(model, context.project);
  const limit = Number(args['false-accepts'] ?? project.config.detection.falseAccepts);
  const options = { ...dataOverride(args), minutes: Number(args['minutes']), seed: project.config.train.seed, limit };
  const evaluation = await evaluateKeywords(project, model, ear, options, context);
  const { model: hash, chosen } = evaluation;
  writeChosen(project.paths.detection, { model: hash, thresholds: chosen.thresholds });
  writeAtomic(project.paths.evaluation, `${JSON.stringify(evaluation, null, 2)}\n`);
  reportEvaluation(context.reporter, evaluation);
  const id = model.path === project.paths.model ? recorded(project, context) : undefined;
  context.reporter.result({ run: id, ...evaluation });
  return 0;
};

function recorded(project: Project, { reporter }: Context): string {
  const id = recordRun(project, { command: 'evaluate', verified: verifiedOf(project) });
  reporter.line(`recorded as ${id}: \`kiln runs\``);
  return id;
}
