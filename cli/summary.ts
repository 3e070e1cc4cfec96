// What `kiln run` ends with: figures against the budget, the proof, and where everything lies.
import { relative } from 'node:path';
import { packageVersion, sha256, writeAtomic } from '../base/files.js';
import type { Build } from '../device/build.js';
import type { Validation } from '../device/validate.js';
import type { TrainResult } from '../trainer/train.js';
import { budgetRows, overBudget } from './budget.js';
import type { Context } from './context.js';
import type { Conversion } from './conversion.js';
import type { Project } from './project.js';

export interface RunResults {
  featuresHash: string;
  trained: TrainResult;
  conversion: Conversion;
  arenaBytes: number;
  build: Build;
  /** Undefined where the board cannot be flashed from here. */
  validation: Validation | undefined;
  /** How far this was verified. */
  verified: 'hardware' | 'emulator' | 'compiles';
}

/** Prints and records the run. @returns 1 where a figure is over its budget or a vector differs, else 0. */
export function summarize(project: Project, results: RunResults, { reporter, cwd }: Context): number {
  const { config, paths } = project;
  const { conversion, build, validation, verified } = results;
  const rows = budgetRows(config.budget, { ...build.sizes, accuracy: conversion.int8.accuracy });
  reporter.step('summary');
  reporter.table(
    ['', 'measured', 'budget', ''],
    [
      ['accuracy (float)', `${(100 * conversion.float.accuracy).toFixed(2)} %`, '-', ''],
      ...rows.map(({ cells }) => cells),
      ['vectors equal', validation ? `${validation.equal} of ${validation.vectors}` : '-', 'all', verified],
    ],
  );
  const artefacts = { model: paths.model, firmware: build.elf, project: paths.firmware, record: paths.summary };
  reporter.table(
    ['', 'where'],
    Object.entries(artefacts).map(([name, path]) => [name, relative(cwd, path) || '.']),
  );
  const record = recordOf(project, results, rows);
  writeAtomic(paths.summary, `${JSON.stringify(record, null, 2)}\n`);
  reporter.result(record);
  return overBudget(rows) || (validation && validation.equal < validation.vectors) ? 1 : 0;
}

/** All that decides the run beside what came out of it. */
function recordOf({ config }: Project, results: RunResults, rows: ReturnType<typeof budgetRows>) {
  const { featuresHash, trained, conversion, arenaBytes, build, validation, verified } = results;
  return {
    tinykiln: packageVersion(),
    node: process.version,
    config,
    configHash: sha256(JSON.stringify(config)),
    featuresHash,
    training: { ...trained, history: trained.history.length },
    conversion,
    arenaBytes,
    sizes: build.sizes,
    budget: rows.map(({ cells: _cells, ...row }) => row),
    validation,
    verified,
  };
}
