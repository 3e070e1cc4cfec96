import { basename } from 'node:path';
import { KilnError } from '../../base/errors.js';
import { writeAtomic } from '../../base/files.js';
import { readBaseline } from '../baseline.js';
import { budgetRows, overBudget } from '../budget.js';
import type { Arguments, Run } from '../command.js';
import { loadFirmwareConfig, type FirmwareConfig } from '../config.js';
import type { Context } from '../context.js';
import { measureProject, partsOf, usedIn, type Subject } from '../size.js';
import { estimatedBaseline, estimatedRows, estimatedSizes, unestimated } from '../size_estimate.js';
import * as formats from '../size_formats.js';
import { reportSize } from '../size_text.js';

type Budget = FirmwareConfig['budget'];

/** 1 where a figure or a part is over its budget. */
export const run: Run = async (args, given) => {
  const context = args['format'] === 'text' ? given : withNoticesApart(given);
  const { budget } = loadFirmwareConfig(context.project);
  const result =
    args['estimate'] === true ? await estimated(args, budget, context) : await built(args, budget, context);
  await print(result, args, context);
  return overBudget(result.rows) ? 1 : 0;
};

/** What is read by a program has nothing else in it. */
function withNoticesApart(context: Context): Context {
  const { reporter, stderr } = context;
  return { ...context, reporter: { ...reporter, notice: (text) => void stderr.write(`notice: ${text}\n`) } };
}

async function built(args: Arguments, budget: Budget, context: Context): Promise<formats.SizeResult> {
  const wanted = budget.instructions !== undefined || budget.growth.instructions !== undefined;
  const subject = subjectOf(args, wanted);
  const now = await measureProject(subject, context);
  const there = (other: Context) => measureProject({ ...subject, build: true }, other);
  const baseline = args['baseline'] as string | undefined;
  const before = baseline === undefined ? undefined : await readBaseline(baseline, context, there);
  const rows = budgetRows(budget, usedIn(now), before && usedIn(before));
  return { name: basename(now.elf).replace(/\.elf$/, ''), now, before, rows };
}

async function estimated(args: Arguments, budget: Budget, context: Context): Promise<formats.SizeResult> {
  requireAlone(args);
  const now = estimatedSizes(context);
  const baseline = args['baseline'] as string | undefined;
  const before = baseline === undefined ? undefined : await estimatedBaseline(baseline, context);
  const unknown = unestimated(budget, now);
  if (unknown.length > 0)
    context.reporter.notice(`${unknown.join(', ')}: not estimated, so that budgets of them are held when it is built`);
  return { name: 'estimate', now, before, rows: estimatedRows(budget, now, before) };
}

/** @throws KilnError `option-invalid` beside what only a build has */
function requireAlone(args: Arguments): void {
  const other = ['elf', 'map', 'build', 'part', 'instructions'].find(
    (name) => args[name] !== undefined && args[name] !== false,
  );
  if (other === undefined) return;
  const what = `an estimate has no use for ${other === 'elf' ? 'an ELF' : `--${other}`}`;
  throw new KilnError('option-invalid', { where: '--estimate', what, todo: 'Leave one of them out.' });
}

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
