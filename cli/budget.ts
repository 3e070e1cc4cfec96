// Figures against the limits of kiln.yaml, absolute or beyond a baseline.
import type { Build } from '../device/build.js';
import type { Named } from '../device/size/size_report.js';
import type { Config } from './config.js';
import { formatBytes, type GrowthLimit } from './units.js';

export type Unit = 'B' | 'instructions' | 'share' | 'a day';

export interface BudgetRow {
  figure: string;
  unit: Unit;
  /** Infinity where there is no bound. */
  used: number;
  limit: number | undefined;
  /** What it was, and the most that it may be therefore. */
  baseline?: number;
  allowed?: number;
  over: boolean;
  /** As a table shows it. */
  cells: [figure: string, used: string, budget: string, verdict: string];
}

export interface Used {
  flash: number;
  ram: number;
  /** Undefined where there is no bound. */
  stack: number | undefined;
  /** Of one inference, where they were counted. */
  instructions?: number | undefined;
  /** Of the int8 model on the test split, where it was measured. */
  accuracy?: number | undefined;
  parts?: readonly Named[];
}

type Budget = Config['budget'];

/** The figures of a build, and its bound of the stack. */
export function usedBy({ sizes, stack }: Pick<Build, 'sizes' | 'stack'>): Used {
  const { bytes, unknown } = stack;
  return { flash: sizes.flash, ram: sizes.ram, stack: unknown.length > 0 ? undefined : bytes };
}

/** Every figure that was measured, and each part that has a limit. */
export function budgetRows(budget: Budget, used: Used, baseline?: Used): BudgetRow[] {
  const { growth } = budget;
  const figures: Figure[] = [
    { figure: 'flash', unit: 'B', of: (u) => u.flash, limit: budget.flash, growth: growth.flash },
    { figure: 'RAM', unit: 'B', of: (u) => u.ram, limit: budget.ram, growth: growth.ram },
    { figure: 'stack', unit: 'B', of: (u) => u.stack ?? Infinity, limit: budget.stack, growth: growth.stack },
  ];
  const { instructions } = budget;
  const counted: Figure = {
    figure: 'instructions',
    unit: 'instructions',
    of: (u) => u.instructions,
    limit: instructions,
  };
  if (used.instructions !== undefined) figures.push({ ...counted, growth: growth.instructions });
  const rows = [...figures, ...partFigures(budget)].map((figure) => rowOf(figure, used, baseline));
  return used.accuracy === undefined ? rows : [accuracyRow(used.accuracy, budget.accuracy), ...rows];
}

export function overBudget(rows: readonly BudgetRow[]): boolean {
  return rows.some(({ over }) => over);
}

interface Figure {
  figure: string;
  unit: Unit;
  of: (used: Used) => number | undefined;
  limit: number | undefined;
  growth?: GrowthLimit | undefined;
}

/** The larger of a part's two: most lie in one of the memories alone. A part that is not there takes nothing. */
function partFigures({ parts, growth }: Budget): Figure[] {
  return [...new Set([...Object.keys(parts), ...Object.keys(growth.parts)])].map((name) => ({
    figure: name,
    unit: 'B',
    of: (used) => Math.max(0, ...(used.parts ?? []).filter((p) => p.name === name).flatMap((p) => [p.flash, p.ram])),
    limit: parts[name],
    growth: growth.parts[name],
  }));
}

function rowOf({ figure, unit, of, limit, growth }: Figure, now: Used, before: Used | undefined): BudgetRow {
  const used = of(now) ?? 0;
  const baseline = before && of(before);
  const allowed = growth && baseline !== undefined ? grown(baseline, growth) : undefined;
  const reasons = [
    ...(limit !== undefined && used > limit ? [exceeds(used, limit, unit)] : []),
    ...(allowed !== undefined && used > allowed
      ? [`grew by ${amount(used - baseline!, unit)}, ${amount(allowed - baseline!, unit)} allowed`]
      : []),
  ];
  const limits = [limit, allowed].filter((one) => one !== undefined);
  const budget = limits.length > 0 ? amount(Math.min(...limits), unit) : '-';
  const verdict = reasons.join('; ') || (limits.length > 0 ? 'ok' : '');
  return {
    ...{ figure, unit, used, limit },
    ...(baseline !== undefined && { baseline }),
    ...(allowed !== undefined && { allowed }),
    over: reasons.length > 0,
    cells: [figure, amount(used, unit), budget, verdict],
  };
}

function grown(baseline: number, growth: GrowthLimit): number {
  return 'most' in growth ? baseline + growth.most : Math.floor(baseline * (1 + growth.share));
}

/** What may be any number is over any limit. */
function exceeds(used: number, limit: number, unit: Unit): string {
  return Number.isFinite(used) ? `over by ${amount(used - limit, unit)}` : 'unknown';
}

function accuracyRow(used: number, limit?: number): BudgetRow {
  const over = limit !== undefined && used < limit;
  const verdict = limit === undefined ? '' : over ? `below by ${percent(limit - used)}` : 'ok';
  const budget = limit === undefined ? '-' : `≥ ${percent(limit)}`;
  const cells: BudgetRow['cells'] = ['accuracy (int8)', percent(used), budget, verdict];
  return { figure: 'accuracy (int8)', unit: 'share', used, limit, over, cells };
}

/** As a person reads it: 41.7 KiB, 3,607,647, 79.68 %, or that there is no bound. */
export function amount(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return 'no bound';
  if (unit === 'B') return formatBytes(value);
  return unit === 'share' ? percent(value) : value.toLocaleString('en');
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}
