import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import { relative } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import type { Validation } from '../../device/validate.js';
import { loadBoard, type Runtime } from '../../firmware-templates/index.js';
import { validateOnBoard } from '../board.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { convertTrained, reportConversion } from '../conversion.js';
import { dataOverride, loadFeatures } from '../data.js';
import { firmwareEar } from '../ear.js';
import { buildFirmware, flashFirmware, writeFirmware } from '../firmware.js';
import { readModel, readTensors, type Model } from '../model.js';
import { isAnomaly, openAnyProject, openProject, type Project } from '../project.js';
import { summarize } from '../summary.js';
import { trainProject } from '../training.js';
import { receiptOf, reportValidation } from '../validation.js';
import { networkSubject } from '../subject.js';

/** 1 where a figure is over its budget or a vector differs. */
export const run: Run = async (args, context) => {
  const opened = openAnyProject(context.project);
  if (!isAnomaly(opened)) return runClassification(openProject(context.project), args, context);
  return (await import('../anomaly/run.js')).runAnomaly(opened, args, context);
};

async function runClassification(opened: Project, args: Arguments, context: Context): Promise<number> {
  const project = withOverrides(opened, args);
  const { config, paths } = project;
  const { reporter } = context;
  const board = loadBoard(config.target.board, context.boards);
  reporter.step('data and features');
  const features = await loadFeatures(project, context, dataOverride(args));
  reporter.step('train');
  const trained = await trainProject(project, features, { workers: args['workers'] as number | undefined }, context);
  reporter.step('convert to int8');
  const conversion = convertTrained(project, features, context);
  reportConversion(context, conversion);
  reporter.step(`firmware for ${board.name}`);
  const model = readModel(paths.model);
  const { plan, graph } = writeFirmware(model, {
    ...config.target,
    boards: context.boards,
    name: config.name,
    folder: paths.firmware,
    ear: firmwareEar(model, board.name, config.target.stream, context),
  });
  const build = await buildFirmware(paths.firmware, context);
  reporter.line(`${relative(context.cwd, build.elf)} in ${build.seconds.toFixed(1)} s`);
  reporter.step('flash and validate');
  const validation = board.emulator ? await prove(project, model, args, context) : skipped(board.name, context);
  const verified = !validation ? 'compiles' : board.emulator ? 'emulator' : 'hardware';
  const results = { featuresHash: features.hash, trained, conversion, graph, plan, build };
  return summarize(project, { ...results, validation, verified }, context);
}

function withOverrides(project: Project, { board, runtime, optimize, vectors }: Arguments): Project {
  const { target, validate } = project.config;
  const config = {
    ...project.config,
    target: {
      ...target,
      board: (board as string) ?? target.board,
      runtime: (runtime as Runtime) ?? target.runtime,
      optimize: (optimize as Optimize) ?? target.optimize,
    },
    validate: { vectors: (vectors as number) ?? validate.vectors },
  };
  return { ...project, config };
}

function skipped(board: string, { reporter }: Context): undefined {
  reporter.notice(`${board} cannot be flashed from here: load the .hex, then \`kiln validate --port PORT\``);
}

/** Flashes, validates, and stops a virtual board again. */
async function prove({ config, paths }: Project, model: Model, args: Arguments, context: Context): Promise<Validation> {
  const port = await flashFirmware(paths.firmware, paths.virtual, context.boards);
  const inputs = readTensors(paths.vectors, model.inputSize).slice(0, config.validate.vectors);
  const timeoutSeconds = Number(args['timeout']);
  try {
    const subject = networkSubject(model);
    const validation = await validateOnBoard(subject, inputs, { path: port }, { timeoutSeconds }, context);
    const receipt = receiptOf(subject, inputs, { path: port, boards: [config.target.board] }, true, validation);
    writeAtomic(paths.validation, `${JSON.stringify(receipt, null, 2)}\n`);
    reportValidation(
      context.reporter,
      validation,
      loadBoard(config.target.board, context.boards).emulator !== undefined,
    );
    return validation;
  } finally {
    await stopVirtualBoard(paths.virtual, config.target.board);
  }
}
