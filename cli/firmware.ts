// From a model to firmware on a board: project, build, flash. Each command is one of these; `kiln run` is all.
import { resolve } from 'node:path';
import { compile, type CompiledModel } from '../converter/compile.js';
import { buildProject, firmwarePath, type Build } from '../device/build.js';
import { flash, type Flashed } from '../device/flashers/index.js';
import {
  RESERVED_NAMES,
  checkFit,
  loadBoard,
  readProject,
  renderProject,
  writeProject,
  type BoardFolders,
  type Runtime,
} from '../firmware-templates/index.js';
import type { Context } from './context.js';
import type { Model } from './model.js';

export interface FirmwareOptions {
  board: string;
  /** Where its sheet is looked for. */
  boards: BoardFolders;
  /** What the firmware answers as its model; the C prefix is made from it. */
  name: string;
  runtime: Runtime;
  folder: string;
}

/** A C prefix from a project's name: keyword-spotting → keyword_spotting. */
export function prefixOf(name: string): string {
  const prefix = name
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .replace(/^(?=\d)/, '_');
  return RESERVED_NAMES.has(prefix) ? `${prefix}_model` : prefix;
}

/** Writes the firmware project; says before compiling whether the model fits. @throws KilnError `model-too-large`, … */
export function writeFirmware(
  model: Model,
  { board: boardName, boards, name, runtime, folder }: FirmwareOptions,
): CompiledModel {
  const board = loadBoard(boardName, boards);
  const prefix = prefixOf(name);
  const compiled = compile(model.graph, { name: prefix, tflite: model.bytes, core: board.kernels });
  checkFit(board, {
    flashBytes: runtime === 'tflm' ? model.bytes.length : compiled.weightBytes,
    ramBytes: compiled.plan.arenaBytes,
    inputBytes: model.inputSize,
  });
  writeProject(folder, renderProject({ board, name: prefix, modelId: name, model: compiled.files, runtime }));
  return compiled;
}

export function buildFirmware(folder: string, { boards, signal }: Context): Promise<Build> {
  const tflmDirectory = process.env['TFLM_DIR'];
  return buildProject(folder, { boards, signal, ...(tflmDirectory && { tflmDirectory }) });
}

/** Flashes what `buildFirmware` made of the folder. */
export function flashFirmware(folder: string, virtualFolder: string, boards: BoardFolders): Promise<Flashed> {
  return flash(loadBoard(readProject(folder).board, boards), firmwarePath(folder), { virtualFolder });
}

/** The firmware project that a command works on. */
export function firmwareFolder(cwd: string, named: unknown, otherwise: string): string {
  return typeof named === 'string' ? resolve(cwd, named) : otherwise;
}
