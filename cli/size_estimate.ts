// What `kiln size --estimate` holds against budgets: sizes before there is a compiler, in the shape of measured ones.
import { KilnError } from '../base/errors.js';
import type { Bytes } from '../device/size/size_report.js';
import { loadBoard } from '../firmware-templates/index.js';
import { readBaseline } from './baseline.js';
import { budgetRows, type BudgetRow } from './budget.js';
import type { FirmwareConfig } from './config.js';
import type { Context } from './context.js';
import { estimateProject } from './estimation.js';
import { pathsOf } from './project.js';
import { accuracyOf, usedIn, type Measured } from './size.js';

/** What only a build has is left out: all but model and memory is one part. */
export function estimatedSizes(context: Context): Measured {
  const { board, model, flash, ram, instructions, weights, arena, code } = estimateProject(context);
  const { stack } = loadBoard(board, context.boards);
  const part = (name: string, bytes: Partial<Bytes>) => ({ name, flash: 0, ram: 0, ...bytes });
  const rest = { flash: flash - weights - code, ram: ram - arena - stack };
  return {
    ...{ format: 'tinykiln-size', version: 1, elf: 'estimate', map: undefined },
    ...{ text: flash, data: 0, bss: ram, flash, ram, instructions },
    estimate: { board, model: model ?? null },
    parts: [
      ...[part('model weights', { flash: weights }), part('model code', { flash: code })],
      ...[part('arena', { ram: arena }), part('stack', { ram: stack }), part('all else', rest)],
    ],
    memory: { arena, stack, heap: 0, static: rest.ram },
    ...{ sections: [], layers: [], allocators: [], symbols: [] },
    ...accuracyOf(pathsOf(context.project)),
  };
}

/** Figures and parts that an estimate says something of; the budgets of others are held when it is built. */
export function estimatedRows(budget: FirmwareConfig['budget'], now: Measured, before?: Measured): BudgetRow[] {
  const known = new Set(now.parts.map(({ name }) => name));
  const own = <T>(parts: Record<string, T>) =>
    Object.fromEntries(Object.entries(parts).filter(([name]) => known.has(name)));
  const held = { ...budget, parts: own(budget.parts), growth: { ...budget.growth, parts: own(budget.growth.parts) } };
  const rows = budgetRows(held, usedIn(now), before && usedIn(before));
  return rows.filter(({ figure }) => figure !== 'stack');
}

/** Names of what has a budget that an estimate says nothing of. */
export function unestimated({ parts, growth, stack }: FirmwareConfig['budget'], now: Measured): string[] {
  const named = [...Object.keys(parts), ...Object.keys(growth.parts)];
  const unknown = named.filter((name) => !now.parts.some((part) => part.name === name));
  return [...new Set([...(stack !== undefined || growth.stack !== undefined ? ['stack'] : []), ...unknown])];
}

/** @throws KilnError `baseline-invalid` where what it holds was built: the two say nothing of each other */
export async function estimatedBaseline(baseline: string, context: Context): Promise<Measured> {
  const before = await readBaseline(baseline, context, (there) => Promise.resolve(estimatedSizes(there)));
  if (before.estimate) return before;
  const what = 'its sizes were built, and these are estimated';
  const todo = 'Make it with `kiln size --estimate --json`, or name a commit.';
  throw new KilnError('baseline-invalid', { where: baseline, what, todo });
}
