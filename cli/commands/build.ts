import { relative } from 'node:path';
import type { FirmwareStack } from '../../device/firmware_stack.js';
import { budgetRows, overBudget, usedBy } from '../budget.js';
import type { Run } from '../command.js';
import { buildFirmware, firmwareFolder } from '../firmware.js';
import type { Reporter } from '../reporter.js';
import { pathsOf } from '../project.js';
import { loadFirmwareConfig } from '../config.js';

/** 1 where the firmware is over its budget. */
export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const folder = firmwareFolder(cwd, args['firmware'], pathsOf(project).firmware);
  const build = await buildFirmware(folder, context);
  const { elf, sizes, stack, seconds } = build;
  const figures = budgetRows(loadFirmwareConfig(project).budget, usedBy(build));
  reporter.line(`${relative(cwd, elf)} in ${seconds.toFixed(1)} s`);
  reporter.table(
    ['', 'used', 'budget', ''],
    figures.map((row) => row.cells),
  );
  reportStack(stack, reporter);
  reporter.result({ elf, sizes, stack, budget: figures.map(({ cells: _cells, ...figure }) => figure) });
  return overBudget(figures) ? 1 : 0;
};

/** What the stack needs beyond what is reserved for it overwrites other memory. */
function reportStack({ bytes, reserved, unknown }: FirmwareStack, reporter: Reporter): void {
  if (unknown.length > 0) reporter.notice(`the stack has no bound: ${unknown.slice(0, 3).join('; ')}`);
  else if (bytes > reserved) reporter.notice(`the stack may need ${bytes} B, and ${reserved} B are reserved for it`);
}
