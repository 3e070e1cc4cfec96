import { basename } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { readBaseline } from '../baseline.js';
import { budgetRows, overBudget } from '../budget.js';
import type { Arguments, Run } from '../commands.js';
import { loadFirmwareConfig } from '../config.js';
import type { Context } from '../context.js';
import { measureProject, partsOf, usedIn, type Subject } from '../size.js';
import * as formats from '../size_formats.js';
import { reportSize } from '../size_text.js';

/** 1 where a figure or a part is over its budget. */
export const run: Run = async (args, context) => {
  const { project } = context;
  const { budget } = loadFirmwareConfig(project);
  const wanted = budget.instructions !== undefined || budget.growth.instructions !== undefined;
  const subject = subjectOf(args, wanted);
  const now = await measureProject(subject, context);
  const baseline = args['baseline'];
  const before = baseline === undefined ? undefined : await readBaseline(String(baseline), subject, context);
  const rows = budgetRows(budget, usedIn(now), before && usedIn(before));
  const result: formats.SizeResult = { name: basename(now.elf).replace(/\.elf$/, ''), now, before, rows };
  await print(result, args, context);
  return overBudget(rows) ? 1 : 0;
};

function subjectOf(args: Arguments, instructions: boolean): Subject {
  return {
    elf: args['elf'] as string | undefined,
    map: args['map'] as string | undefined,
    build: args['build'] === true,
    instructions: instructions || args['instructions'] === true,
    parts: partsOf((args['part'] as string[] | undefined) ?? []),
  };
}

async function print(result: formats.SizeResult, args: Arguments, { reporter, stdout }: Context): Promise<void> {
  const { now, rows } = result;
  if (typeof args['output'] === 'string') writeAtomic(args['output'], `${JSON.stringify(now, null, 2)}\n`);
  const format = args['format'] as formats.SizeFormat;
  if (args['json'] === true || format === 'json') {
    const budget = rows.map(({ cells: _, ...row }) => row);
    stdout.write(`${JSON.stringify({ ...now, budget }, null, 2)}\n`);
  } else if (format === 'text') reportSize(result, reporter, Number(args['symbols']));
  else stdout.write(`${formats[format](result)}\n`);
}
