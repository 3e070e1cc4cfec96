// Runs side by side: their figures, and the settings in which they differ.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { writeAtomic } from '../base/files.js';
import { renderComparison, type ComparedFigure, type Comparison } from '../report/comparison.js';
import type { Context } from './context.js';
import { pathsOf } from './project.js';
import { readRecord, trainingRecord } from './records.js';
import { METRIC_KINDS, RUN_METRICS, metricText, type RunMetric } from './run_metrics.js';
import { findRun, type RunRecord } from './runs.js';

interface Found {
  record: RunRecord;
  folder: string;
}

/** @param named ids of this project's runs, or folders of projects, whose last run is meant @throws KilnError `usage`, `run-unknown` */
export function compareRuns(named: readonly string[], output: string | undefined, context: Context): void {
  const { cwd, project, reporter } = context;
  if (named.length < 2) {
    const todo = 'Name two or more: `kiln runs` lists them.';
    throw new KilnError('usage', { where: 'compare', what: `${named.length} runs are named`, todo });
  }
  const found = named.map((name) => locate(name, cwd, project));
  const comparison = comparisonOf(found);
  const ids = comparison.runs.map(({ id }) => id);
  reporter.table(['figure', ...ids], comparison.figures.map(figureRow));
  if (comparison.settings.length > 0) {
    reporter.table(
      ['setting', ...ids],
      comparison.settings.map(({ key, values }) => [key, ...values]),
    );
  } else reporter.line('all settings are the same');
  if (output !== undefined) {
    writeAtomic(resolve(cwd, output), renderComparison(comparison));
    reporter.line(output);
  }
  reporter.result({ ...comparison, records: found.map(({ record }) => record) });
}

function figureRow({ name, values, best }: ComparedFigure): string[] {
  return [name, ...values.map((value, i) => (best.includes(i) ? `${value} *` : value))];
}

function locate(name: string, cwd: string, project: string): Found {
  const other = resolve(cwd, name);
  const isProject = existsSync(pathsOf(other).runs);
  const folder = pathsOf(isProject ? other : project).runs;
  const record = findRun(folder, isProject ? 'latest' : name);
  return { record, folder: join(folder, record.id) };
}

function comparisonOf(found: readonly Found[]): Comparison {
  const records = found.map(({ record }) => record);
  const measured = RUN_METRICS.filter((metric) => records.some(({ metrics }) => metrics[metric] !== undefined));
  return {
    runs: found.map(({ record: { id, name, at }, folder }) => {
      return { id, name, at, training: readRecord(join(folder, 'training.json'), trainingRecord)?.history };
    }),
    figures: measured.map((metric) => figureOf(metric, records)),
    settings: settingsOf(records),
  };
}

function figureOf(metric: RunMetric, records: readonly RunRecord[]): ComparedFigure {
  const values = records.map(({ metrics }) => metrics[metric]);
  const { title, better } = METRIC_KINDS[metric];
  const texts = records.map(({ metrics, intervals }) => metricText(metric, metrics[metric], intervals?.[metric]));
  return { name: title, values: texts, best: bestOf(values, better) };
}

/** None where all are the same. */
function bestOf(values: readonly (number | undefined)[], better: 'more' | 'less' | undefined): number[] {
  const known = values.filter((value) => value !== undefined);
  if (better === undefined || new Set(known).size < 2) return [];
  const best = better === 'more' ? Math.max(...known) : Math.min(...known);
  return values.flatMap((value, i) => (value === best ? [i] : []));
}

function settingsOf(records: readonly RunRecord[]): Comparison['settings'] {
  const flat = records.map(
    ({ config, data = '-' }) => new Map([...leaves(config), ['data, SHA-256', data.slice(0, 16)]]),
  );
  const keys = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  return keys
    .map((key) => ({ key, values: flat.map((one) => one.get(key) ?? '-') }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** train.augment.shift → 100 */
function leaves(value: unknown, path: readonly string[] = []): [key: string, text: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path.join('.'), JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}
