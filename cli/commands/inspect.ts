import { resolve } from 'node:path';
import { inspect } from '../../converter/inspect.js';
import { compareGraphs } from '../../converter/compare.js';
import { metadataOf } from '../../converter/metadata.js';
import type { Run } from '../commands.js';
import { reportComparison, reportInspection } from '../inspection.js';
import { readGraph } from '../model.js';
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
  reportInspection(reporter, inspection, said);
  reporter.result({ ...inspection, says: said });
  return 0;
};
