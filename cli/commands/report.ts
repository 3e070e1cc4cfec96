import { relative, resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { renderPage } from '../../report/page.js';
import type { Run } from '../command.js';
import { pathsOf } from '../project.js';
import { collectReport } from '../report_data.js';

export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const output = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : pathsOf(project).report;
  const report = await collectReport(context, { count: args['count'] !== false });
  writeAtomic(output, renderPage(report));
  reporter.line(relative(cwd, output) || output);
  reporter.result({ output, report });
  return 0;
};
