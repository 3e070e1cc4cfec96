// What `kiln run` ends with: figures against the budget, the proof, and where everything lies.
import { relative } from 'node:path';
import { packageVersion, sha256, writeAtomic } from '../base/files.js';
import type { Graph } from '../converter/graph/graph.js';
import type { MemoryPlan } from '../converter/memory/plan.js';
import type { Build } from '../device/build.js';
import type { Validation } from '../device/validate.js';
import { renderPage, type Report } from '../report/page.js';
import type { TrainResult } from '../trainer/train.js';
import { budgetRows, overBudget, usedBy, percent, type BudgetRow } from './budget.js';
import type { Context } from './context.js';
import type { Conversion } from './conversion.js';
import type { Project } from './project.js';
import { collectReport } from './report_data.js';
import { recordRun } from './runs.js';

export interface RunResults {
  featuresHash: string;
  trained: TrainResult;
  conversion: Conversion;
  /** What was compiled, and where its tensors lie. */
  graph: Graph;
  plan: MemoryPlan;
  build: Build;
  /** Undefined where the board cannot be flashed from here. */
  validation: Validation | undefined;
  /** How far this was verified. */
  verified: 'hardware' | 'emulator' | 'compiles';
}

/** Prints and records the run, also as a page. @returns 1 where a figure is over its budget or a vector differs, else 0. */
export async function summarize(project: Project, results: RunResults, context: Context): Promise<number> {
  const { reporter, cwd } = context;
  const { config, paths } = project;
  const { conversion, build, validation } = results;
  const rows = budgetRows(config.budget, { ...usedBy(build), accuracy: conversion.int8.accuracy });
  const figures = figuresOf(results, rows);
  reporter.step('summary');
  reporter.table(
    ['', 'measured', 'budget', ''],
    figures.map(({ name, measured, budget, verdict }) => [name, measured, budget, verdict]),
  );
  const artefacts = { model: paths.model, firmware: build.elf, record: paths.summary, report: paths.report };
  reporter.table(
    ['', 'where'],
    Object.entries(artefacts).map(([name, path]) => [name, relative(cwd, path)]),
  );
  const record = recordOf(project, results, rows);
  writeAtomic(paths.summary, `${JSON.stringify(record, null, 2)}\n`);
  writeAtomic(paths.report, renderPage(await collectReport(context, { figures, count: false })));
  const id = recordRun(project, { command: 'run', verified: results.verified });
  reporter.line(`recorded as ${id}: \`kiln runs\``);
  reporter.result(record);
  return overBudget(rows) || (validation && validation.equal < validation.vectors) ? 1 : 0;
}

function figuresOf({ conversion, validation, verified }: RunResults, rows: readonly BudgetRow[]): Report['figures'] {
  const equal = validation ? `${validation.equal} of ${validation.vectors}` : '-';
  return [
    { name: 'accuracy (float)', measured: percent(conversion.float.accuracy), budget: '-', verdict: '' },
    ...rows.map(({ cells: [name, measured, budget, verdict] }) => ({ name, measured, budget, verdict })),
    { name: 'vectors equal', measured: equal, budget: 'all', verdict: verified },
  ];
}

/** All that decides the run beside what came out of it. */
function recordOf({ config }: Project, results: RunResults, rows: readonly BudgetRow[]) {
  const { featuresHash, trained, conversion, plan, build, validation, verified } = results;
  return {
    tinykiln: packageVersion(),
    node: process.version,
    config,
    configHash: sha256(JSON.stringify(config)),
    featuresHash,
    training: { ...trained, history: trained.history.length },
    conversion,
    arenaBytes: plan.arenaBytes,
    sizes: build.sizes,
    stack: build.stack,
    budget: rows.map(({ cells: _cells, ...row }) => row),
    validation,
    verified,
  };
}
