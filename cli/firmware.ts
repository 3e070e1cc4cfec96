// From a model to firmware on a board: project, build, flash. Each command is one of these; `kiln run` is all.
import { resolve } from 'node:path';
import type { Optimize } from '../converter/codegen/kernel_functions.js';
import { KilnError } from '../base/errors.js';
import { compile, type CompiledModel } from '../converter/compile.js';
import { constantBytes, memoryBytes } from '../converter/detectors/program.js';
import { detectorFiles } from '../converter/detectors/source.js';
import { buildProject, firmwarePath, type Build } from '../device/build.js';
import { flash } from '../device/flashers/index.js';
import {
  RESERVED_NAMES,
  checkFit,
  loadBoard,
  readProject,
  renderProject,
  writeProject,
  type BoardFolders,
  type ProjectKind,
  type Runtime,
} from '../firmware-templates/index.js';
import type { Context } from './context.js';
import { detectorModel, windowSize, type DetectorModel } from './detector_model.js';
import { streamOf, type Ear } from './listening.js';
import type { Model } from './model.js';
import { sensorStreamOf } from './sensor_listening.js';

export interface FirmwareOptions {
  board: string;
  /** Where its sheet is looked for. */
  boards: BoardFolders;
  /** What the firmware answers as its model; the C prefix is made from it. */
  name: string;
  /** Left out, what the board is made for. */
  kind?: ProjectKind;
  runtime: Runtime;
  optimize: Optimize;
  folder: string;
  /** What it listens with; left out, to nothing. */
  ear?: Ear | undefined;
  /** Whether it hears the board's own microphone. */
  microphone?: boolean;
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
  { board: boardName, boards, name, kind, runtime, optimize, folder, ear, microphone = false }: FirmwareOptions,
): CompiledModel {
  requireSingleEnds(model);
  const board = loadBoard(boardName, boards);
  const prefix = prefixOf(name);
  const stream = ear && streamOf(ear);
  const compiled = compile(model.graph, { name: prefix, tflite: model.bytes, core: board.kernels, optimize });
  checkFit(board, {
    flashBytes: runtime === 'tflm' ? model.bytes.length : compiled.weightBytes,
    ramBytes: compiled.plan.arenaBytes + (stream?.ramBytes ?? 0),
    inputBytes: model.inputSize,
  });
  const files = { name: prefix, modelId: name, model: compiled.files };
  writeProject(
    folder,
    renderProject({ board, runtime, ...files, ...(kind && { kind }), ...(stream && { stream }), microphone }),
  );
  return compiled;
}

/** As `writeFirmware`, of a detector. @param stream whether it takes samples as they come */
export function writeDetectorFirmware(
  { file, bytes, path }: DetectorModel,
  {
    board: boardName,
    boards,
    name,
    kind,
    folder,
    microphone = false,
  }: Omit<FirmwareOptions, 'runtime' | 'optimize' | 'ear'>,
  stream = true,
): { hash: string; constantBytes: number; inputBytes: number; memoryBytes: number } {
  const board = loadBoard(boardName, boards);
  const model = detectorModel(bytes, path, prefixOf(name));
  const inputBytes = 2 * windowSize(model);
  const sizes = { constantBytes: constantBytes(model.program), memoryBytes: memoryBytes(model.program), inputBytes };
  const { constantBytes: flashBytes, memoryBytes: ramBytes } = sizes;
  checkFit(board, { flashBytes, ramBytes: ramBytes + inputBytes, inputBytes });
  const files = { name: model.program.name, modelId: file.name, model: detectorFiles(model.program) };
  writeProject(
    folder,
    renderProject({
      board,
      modelKind: 'detector',
      microphone,
      ...files,
      ...(kind && { kind }),
      ...(stream && { stream: sensorStreamOf(model) }),
    }),
  );
  return { hash: model.hash, ...sizes };
}

/** The firmware's protocol has one input and one output. */
function requireSingleEnds({ path, graph }: Model): void {
  const { inputs, outputs } = graph;
  if (inputs.length === 1 && outputs.length === 1) return;
  const what = `it has ${inputs.length} inputs and ${outputs.length} outputs, and the firmware takes one of each`;
  const todo = 'Take its C into a project of your own (`kiln convert MODEL --c FOLDER`).';
  throw new KilnError('model-ends', { where: path, what, todo });
}

export function buildFirmware(folder: string, { boards, signal }: Context): Promise<Build> {
  const tflmDirectory = process.env['TFLM_DIR'];
  return buildProject(folder, { boards, signal, ...(tflmDirectory && { tflmDirectory }) });
}

/**
 * Flashes what `buildFirmware` made of the folder.
 * @param counted whether a virtual board's time is its instructions
 * @returns the port on which it answers
 * @throws KilnError `port-unknown` where that is not known
 */
export async function flashFirmware(
  folder: string,
  virtualFolder: string,
  boards: BoardFolders,
  counted = true,
): Promise<string> {
  const board = loadBoard(readProject(folder).board, boards);
  const { port } = await flash(board, firmwarePath(folder), { virtualFolder, counted });
  if (port !== undefined) return port;
  const todo = 'Find it with `kiln ports`, and name it with --port.';
  throw new KilnError('port-unknown', { where: `board ${board.name}`, what: 'its port is not known', todo });
}

/** The firmware project that a command works on. */
export function firmwareFolder(cwd: string, named: unknown, otherwise: string): string {
  return typeof named === 'string' ? resolve(cwd, named) : otherwise;
}
