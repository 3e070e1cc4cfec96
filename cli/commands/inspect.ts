import { resolve } from 'node:path';
import { inspect } from '../../converter/inspect.js';
import { compareGraphs } from '../../converter/compare.js';
import { metadataOf } from '../../converter/metadata.js';
import type { Run } from '../commands.js';
import { loadBoard, type Board } from '../../firmware-templates/index.js';
import { estimate, reportEstimate, type Estimate } from '../estimate.js';
import { reportComparison, reportInspection } from '../inspection.js';
import { readGraph, readModel } from '../model.js';
import { pathsOf } from '../project.js';

export const run: Run = async (args, context) => {
  const { cwd, project, reporter } = context;
  const path = typeof args['model'] === 'string' ? resolve(cwd, args['model']) : pathsOf(project).model;
  const graph = readGraph(path, 'Make a model with `kiln convert`, or name one.');
  if (typeof args['other'] === 'string') {
    const other = resolve(cwd, args['other']);
    const comparison = compareGraphs(graph, readGraph(other));
    reportComparison(reporter, comparison, path, other);
    reporter.result({ first: path, second: other, ...comparison });
    return 0;
  }
  const [inspection, said] = [inspect(graph), metadataOf(graph)];
  const board = typeof args['board'] === 'string' ? loadBoard(args['board'], context.boards) : undefined;
  const estimated = board && estimateOf(path, board);
  reportInspection(reporter, inspection, said);
  if (estimated) reportEstimate(reporter, estimated);
  reporter.result({ ...inspection, says: said, ...(estimated && { estimate: estimated }) });
  return 0;
};

function estimateOf(path: string, board: Board): Estimate {
  const { graph, bytes } = readModel(path);
  return estimate(graph, bytes, board);
}
