// `kiln train` and `kiln evaluate` of task anomaly.
import type { Arguments } from '../command.js';
import type { Context } from '../context.js';
import { overBudget } from '../budget.js';
import { readDetectorModel } from '../detector_model.js';
import type { AnomalyProject } from '../project.js';
import { recordRun, verifiedOf } from '../runs.js';
import { loadSensorData } from './data.js';
import { qualityRows, reportEvaluation } from './evaluation.js';
import { recordEvaluation } from './records.js';
import { trainProjectDetector } from './training.js';

export async function train(project: AnomalyProject, args: Arguments, context: Context): Promise<number> {
  const data = await loadSensorData(project, args, context);
  const { model, threshold, fittedTo, calibratedOn } = await trainProjectDetector(project, data, context);
  const id = recordRun(project, { command: 'train', verified: 'not yet' });
  context.reporter.line(`${model.path}, recorded as ${id}`);
  context.reporter.result({ run: id, model: model.path, hash: model.hash, threshold, fittedTo, calibratedOn });
  return 0;
}

/** On the test part of the config's data. @returns 1 where a quality misses its budget */
export async function evaluate(project: AnomalyProject, args: Arguments, context: Context): Promise<number> {
  const model = readDetectorModel(project.paths.detector);
  const data = await loadSensorData(project, args, context);
  const evaluation = recordEvaluation(project, model, data);
  reportEvaluation(context.reporter, evaluation);
  const id = recordRun(project, { command: 'evaluate', verified: verifiedOf(project) });
  const rows = qualityRows(project.config.budget, evaluation);
  context.reporter.result({
    run: id,
    model: model.path,
    hash: model.hash,
    ...evaluation,
    budget: rows.map(({ cells: _cells, ...row }) => row),
  });
  return overBudget(rows) ? 1 : 0;
}
