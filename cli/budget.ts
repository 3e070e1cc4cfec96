// Figures against the limits of kiln.yaml.
import type { Build } from '../device/build.js';
import type { Config } from './config.js';
import { formatBytes } from './units.js';

export interface BudgetRow {
  figure: string;
  used: number;
  limit: number | undefined;
  over: boolean;
  /** As a table shows it. */
  cells: [string, string, string, string];
}

interface Used {
  flash: number;
  ram: number;
  /** Undefined where there is no bound. */
  stack: number | undefined;
  /** Of the int8 model on the test split, where it was measured. */
  accuracy?: number | undefined;
}

/** The figures of a build, and its bound of the stack. */
export function usedBy({ sizes, stack }: Pick<Build, 'sizes' | 'stack'>): Used {
  const { bytes, unknown } = stack;
  return { flash: sizes.flash, ram: sizes.ram, stack: unknown.length > 0 ? undefined : bytes };
}

export function budgetRows(budget: Config['budget'], used: Used): BudgetRow[] {
  const sizes = [
    bytesRow('flash', used.flash, budget.flash),
    bytesRow('RAM', used.ram, budget.ram),
    used.stack === undefined ? unboundedRow('stack', budget.stack) : bytesRow('stack', used.stack, budget.stack),
  ];
  return used.accuracy === undefined ? sizes : [accuracyRow(used.accuracy, budget.accuracy), ...sizes];
}

export function overBudget(rows: readonly BudgetRow[]): boolean {
  return rows.some(({ over }) => over);
}

function bytesRow(figure: string, used: number, limit?: number): BudgetRow {
  const excess = limit === undefined ? 0 : Math.max(0, used - limit);
  const verdict = limit === undefined ? '' : excess > 0 ? `over by ${formatBytes(excess)}` : 'ok';
  return row(figure, used, limit, excess > 0, [
    formatBytes(used),
    limit === undefined ? '-' : formatBytes(limit),
    verdict,
  ]);
}

/** What may be any number is over any limit. */
function unboundedRow(figure: string, limit?: number): BudgetRow {
  const shown = limit === undefined ? '-' : formatBytes(limit);
  return row(figure, Infinity, limit, limit !== undefined, ['no bound', shown, limit === undefined ? '' : 'unknown']);
}

function accuracyRow(used: number, limit?: number): BudgetRow {
  const over = limit !== undefined && used < limit;
  const verdict = limit === undefined ? '' : over ? `below by ${percent(limit - used)}` : 'ok';
  return row('accuracy (int8)', used, limit, over, [
    percent(used),
    limit === undefined ? '-' : `≥ ${percent(limit)}`,
    verdict,
  ]);
}

function row(
  figure: string,
  used: number,
  limit: number | undefined,
  over: boolean,
  cells: [string, string, string],
): BudgetRow {
  return { figure, used, limit, over, cells: [figure, ...cells] };
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}
