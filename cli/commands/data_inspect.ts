import { relative, resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { renderDataPage } from '../../report/data_page.js';
import type { Run } from '../command.js';
import { dataOverride } from '../data.js';
import { dataReport, inspectData, inspectionResult, isGrave, reportInspection } from '../data_inspection.js';
import { openProject } from '../project.js';

export const run: Run = async (args, context) => {
  const { cwd, reporter } = context;
  const project = openProject(context.project);
  const found = await inspectData(project, dataOverride(args), context);
  const output = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : project.paths.dataPage;
  writeAtomic(output, renderDataPage(dataReport(project.config.name, found)));
  reportInspection(found, context);
  reporter.line(relative(cwd, output) || output);
  reporter.result({ ...inspectionResult(found), output });
  return args['strict'] === true && found.findings.some(isGrave) ? 1 : 0;
};
