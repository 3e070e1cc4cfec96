// `kiln run` of task anomaly: data → windows → detector → firmware → board, and what came out of it.
import { relative } from 'node:path';
import { joinTensors } from '../../base/bytes.js';
import { packageVersion, sha256, writeAtomic } from '../../base/files.js';
import type { Build } from '../../device/build.js';
import type { Validation } from '../../device/validate.js';
import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import { loadBoard } from '../../firmware-templates/index.js';
import { renderPage } from '../../report/page.js';
import type { AnomalyEvaluation } from '../../trainer/anomaly/evaluate_alarms.js';
import { validateOnBoard } from '../board.js';
import { budgetRows, overBudget, usedBy, type BudgetRow } from '../budget.js';
import type { Arguments } from '../command.js';
import type { Context } from '../context.js';
import { buildFirmware, flashFirmware, writeDetectorFirmware } from '../firmware.js';
import type { AnomalyProject } from '../project.js';
import { collectReport } from '../report_data.js';
import { recordRun } from '../runs.js';
import { detectorSubject } from '../subject.js';
import { receiptOf, reportValidation } from '../validation.js';
import { loadSensorData, type SensorData } from './data.js';
import { qualityRows, reportEvaluation } from './evaluation.js';
import { recordEvaluation } from './records.js';
import { trainProjectDetector, vectorsOf, type TrainedDetector } from './training.js';

/** 1 where a figure is over its budget or a vector differs. */
export async function runAnomaly(opened: AnomalyProject, args: Arguments, context: Context): Promise<number> {
  const project = withOverrides(opened, args);
  const { config, paths } = project;
  const { reporter } = context;
  const board = loadBoard(config.target.board, context.boards);
  reporter.step('data and features');
  const data = await loadSensorData(project, args, context);
  reporter.step('train');
  const trained = await trainProjectDetector(project, data, context);
  reporter.step('evaluate');
  const evaluation = recordEvaluation(project, trained.model, data);
  reportEvaluation(reporter, evaluation);
  reporter.step(`firmware for ${board.name}`);
  const options = { board: board.name, boards: context.boards, name: config.name, folder: paths.firmware };
  writeDetectorFirmware(trained.model, options, config.target.stream);
  const build = await buildFirmware(paths.firmware, context);
  reporter.line(`${relative(context.cwd, build.elf)} in ${build.seconds.toFixed(1)} s`);
  reporter.step('flash and validate');
  const vectors = vectorsOf(data, config.validate.vectors);
  writeAtomic(paths.vectors, joinTensors(vectors));
  const validation = board.emulator ? await prove(project, trained, vectors, args, context) : undefined;
  if (!validation)
    reporter.notice(`${board.name} cannot be flashed from here: load the .hex, then \`kiln validate --port PORT\``);
  return summarize(project, { data, trained, evaluation, build, validation }, context);
}

function withOverrides(project: AnomalyProject, { board, vectors }: Arguments): AnomalyProject {
  const { target, validate } = project.config;
  const config = {
    ...project.config,
    target: { ...target, board: (board as string) ?? target.board },
    validate: { vectors: (vectors as number) ?? validate.vectors },
  };
  return { ...project, config };
}

/** Flashes, validates, and stops a virtual board again. */
async function prove(
  { config, paths }: AnomalyProject,
  { model }: TrainedDetector,
  vectors: readonly Int8Array[],
  args: Arguments,
  context: Context,
): Promise<Validation> {
  const path = await flashFirmware(paths.firmware, paths.virtual, context.boards);
  const options = { timeoutSeconds: Number(args['timeout']) };
  try {
    const subject = detectorSubject(model);
    const validation = await validateOnBoard(subject, vectors, { path }, options, context);
    const receipt = receiptOf(subject, vectors, { path, boards: [config.target.board] }, true, validation);
    writeAtomic(paths.validation, `${JSON.stringify(receipt, null, 2)}\n`);
    reportValidation(context.reporter, validation, true);
    return validation;
  } finally {
    await stopVirtualBoard(paths.virtual, config.target.board);
  }
}

interface Results {
  data: SensorData;
  trained: TrainedDetector;
  evaluation: AnomalyEvaluation;
  build: Build;
  /** Undefined where the board cannot be flashed from here. */
  validation: Validation | undefined;
}

async function summarize(project: AnomalyProject, results: Results, context: Context): Promise<number> {
  const { reporter, cwd } = context;
  const { config, paths } = project;
  const { evaluation, build, validation, trained } = results;
  const rows = [...qualityRows(config.budget, evaluation), ...budgetRows(config.budget, usedBy(build))];
  const equal = validation ? `${validation.equal} of ${validation.vectors}` : '-';
  const verified = validation ? 'emulator' : 'compiles';
  reporter.step('summary');
  const cells = [...rows.map((row) => row.cells), ['vectors equal', equal, 'all', verified] as const];
  reporter.table(
    ['', 'measured', 'budget', ''],
    cells.map((row) => [...row]),
  );
  const { path: detector } = trained.model;
  const artefacts = { detector, firmware: build.elf, record: paths.summary, report: paths.report };
  reporter.table(
    ['', 'where'],
    Object.entries(artefacts).map(([name, path]) => [name, relative(cwd, path)]),
  );
  const record = recordOf(project, results, rows, verified);
  writeAtomic(paths.summary, `${JSON.stringify(record, null, 2)}\n`);
  const figures = cells.map(([name, measured, budget, verdict]) => ({ name, measured, budget, verdict }));
  writeAtomic(paths.report, renderPage(await collectReport(context, { figures, count: false })));
  reporter.line(`recorded as ${recordRun(project, { command: 'run', verified })}: \`kiln runs\``);
  reporter.result(record);
  return overBudget(rows) || (validation && validation.equal < validation.vectors) ? 1 : 0;
}

/** All that decides the run beside what came out of it. */
function recordOf({ config }: AnomalyProject, results: Results, rows: readonly BudgetRow[], verified: string) {
  const { data, trained, evaluation, build, validation } = results;
  const { threshold, fittedTo, calibratedOn, model } = trained;
  return {
    tinykiln: packageVersion(),
    node: process.version,
    config,
    configHash: sha256(JSON.stringify(config)),
    dataHash: data.dataset.hash,
    detector: { sha256: sha256(model.bytes), hash: model.hash, threshold, fittedTo, calibratedOn },
    evaluation,
    sizes: build.sizes,
    stack: build.stack,
    budget: rows.map(({ cells: _cells, ...row }) => row),
    validation,
    verified,
  };
}
