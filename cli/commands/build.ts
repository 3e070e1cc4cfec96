import { relative } from 'node:path';
import { budgetRows, overBudget } from '../budget.js';
import type { Run } from '../commands.js';
import { buildFirmware, firmwareFolder } from '../firmware.js';
import { configIfAny, pathsOf } from '../project.js';

/** 1 where the firmware is over its budget. */
export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const folder = firmwareFolder(cwd, args['firmware'], pathsOf(project).firmware);
  const { elf, sizes, seconds } = await buildFirmware(folder, context);
  const figures = budgetRows(configIfAny(project)?.budget ?? {}, sizes);
  reporter.line(`${relative(cwd, elf)} in ${seconds.toFixed(1)} s`);
  reporter.table(
    ['', 'used', 'budget', ''],
    figures.map((row) => row.cells),
  );
  reporter.result({ elf, sizes, budget: figures.map(({ cells: _cells, ...figure }) => figure) });
  return overBudget(figures) ? 1 : 0;
};
