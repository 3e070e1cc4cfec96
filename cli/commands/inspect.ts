import { resolve } from 'node:path';
import { inspect } from '../../converter/inspect.js';
import { compareGraphs } from '../../converter/compare.js';
import { metadataOf } from '../../converter/metadata.js';
import type { Run } from '../command.js';
import { loadFirmwareConfig } from '../config.js';
import { estimateModel } from '../estimation.js';
import { reportEstimate } from '../estimate.js';
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
  const { optimize, stream } = loadFirmwareConfig(project).target;
  const board = args['board'] as string | undefined;
  const estimated =
    board === undefined ? undefined : estimateModel(readModel(path), { board, optimize, stream }, context);
  reportInspection(reporter, inspection, said);
  if (estimated) reportEstimate(reporter, estimated);
  reporter.result({ ...inspection, says: said, ...(estimated && { estimate: estimated }) });
  return 0;
};
