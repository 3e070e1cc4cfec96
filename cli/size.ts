// What `kiln size` measures: the firmware of the project or an ELF of anybody's, built first where that is asked for.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { firmwarePath } from '../device/build.js';
import { firmwareStack } from '../device/firmware_stack.js';
import { sizeReport, type SizeReport } from '../device/size/size_report.js';
import { loadBenchTarget, loadBoard, readProject, type Board } from '../firmware-templates/index.js';
import { bench } from './benching.js';
import { randomInputs } from './board.js';
import type { Used } from './budget.js';
import { loadFirmwareConfig, type FirmwareConfig } from './config.js';
import type { Context } from './context.js';
import { readDetectorModel, windowSize } from './detector_model.js';
import { firmwareEar } from './ear.js';
import { buildFirmware, writeDetectorFirmware, writeFirmware } from './firmware.js';
import { readModel } from './model.js';
import { pathsOf, type Paths } from './project.js';

/** What is printed as JSON, and read as a baseline. */
export interface Measured extends SizeReport {
  /** Where nothing was built: what was estimated. Parts and symbols that only a build has are left out. */
  estimate?: { board: string; model: string | null };
  /** Of main() with every interrupt; undefined for what is not a firmware of ours, null where there is no bound. */
  stackBound?: number | null;
  instructions?: number;
  accuracy?: number;
}

export interface Subject {
  elf?: string | undefined;
  map?: string | undefined;
  build?: boolean;
  /** Count the instructions of an inference. */
  instructions?: boolean;
  parts?: Record<string, string[]>;
}

/** @throws KilnError of the config, the build, the ELF or the map */
export async function measureProject(subject: Subject, context: Context): Promise<Measured> {
  const { project, cwd } = context;
  const paths = pathsOf(project);
  const config = loadFirmwareConfig(project);
  const { size } = config;
  if (subject.build) await build(config, context);
  const elf = subject.elf ? resolve(cwd, subject.elf) : elfOf(size, paths, project);
  const map = subject.map ? resolve(cwd, subject.map) : size.map && resolve(project, size.map);
  const report = await sizeReport(elf, { map, parts: { ...subject.parts, ...size.parts } });
  if (subject.elf || size.elf) return report;
  const board = loadBoard(readProject(paths.firmware).board, context.boards);
  return {
    ...report,
    ...stackOf(elf, board),
    ...(subject.instructions && { instructions: await instructionsOf(config, board, context) }),
    ...accuracyOf(paths),
  };
}

function elfOf({ elf }: FirmwareConfig['size'], { firmware }: Paths, project: string): string {
  return elf === undefined ? firmwarePath(firmware) : resolve(project, elf);
}

function isDetector({ task }: FirmwareConfig): boolean {
  return task === 'anomaly';
}

/** A network's, or a detector's. */
function modelPath(config: FirmwareConfig, { project }: Context): string {
  const { model, detector } = pathsOf(project);
  if (config.size.model !== undefined) return resolve(project, config.size.model);
  return isDetector(config) ? detector : model;
}

/** By the project's own command, or the firmware of its model as `kiln project` writes it. @throws KilnError `build-failed` */
async function build(config: FirmwareConfig, context: Context): Promise<void> {
  const { name = 'model', target, size } = config;
  const { project, boards } = context;
  if (size.build !== undefined) return runBuild(size.build, project);
  const options = { ...target, boards, name, folder: pathsOf(project).firmware };
  const path = modelPath(config, context);
  if (isDetector(config)) writeDetectorFirmware(readDetectorModel(path), options, target.stream);
  else {
    const model = readModel(path);
    writeFirmware(model, { ...options, ear: firmwareEar(model, target.board, target.stream, context) });
  }
  await buildFirmware(options.folder, context);
}

function runBuild(command: string, cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, { cwd, shell: true, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === 0) return;
  const what = `it ended with ${status}:\n${`${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n')}`;
  throw new KilnError('build-failed', { where: `size.build: ${command}`, what, todo: 'Mend what it says.' });
}

/** What has no bound may be any number. */
function stackOf(elf: string, board: Board): Pick<Measured, 'stackBound'> {
  if (board.framework !== 'bare') return {};
  const { bytes, unknown } = firmwareStack(elf, board);
  return { stackBound: unknown.length > 0 ? null : bytes };
}

/** One inference or window on the board's core, in the emulator. @throws KilnError `board-unknown` where none runs such a core */
async function instructionsOf(config: FirmwareConfig, { core }: Board, context: Context): Promise<number> {
  const path = modelPath(config, context);
  const target = loadBenchTarget(`virtual-${core.replace(/f$/, '')}`);
  if (isDetector(config)) {
    const { benchDetector } = await import('./anomaly/comparison.js');
    const detector = readDetectorModel(path);
    const window = randomInputs(1, 2 * windowSize(detector));
    return benchDetector(detector, window, target).instructions[0]!;
  }
  const model = readModel(path);
  return bench(model, target, randomInputs(1, model.inputSize), config.target.optimize).instructions;
}

/** Of the int8 model, as the last conversion measured it. */
export function accuracyOf({ conversion }: Paths): Pick<Measured, 'accuracy'> {
  if (!existsSync(conversion)) return {};
  const { int8 } = JSON.parse(readBytes(conversion).toString('utf8')) as { int8?: { accuracy?: number } };
  return int8?.accuracy === undefined ? {} : { accuracy: int8.accuracy };
}

export function usedIn({ flash, ram, stackBound, instructions, accuracy, parts, memory }: Measured): Used {
  // What is reserved is what an ELF of others says of its stack.
  const stack = stackBound === undefined ? memory.stack : (stackBound ?? undefined);
  return { flash, ram, stack, instructions, accuracy, parts };
}

/** --part NAME=PATTERN. @throws KilnError `option-invalid` */
export function partsOf(options: readonly string[]): Record<string, string[]> {
  const parts: Record<string, string[]> = {};
  for (const option of options) {
    const [, name, pattern] = /^([^=]+)=(.+)$/.exec(option) ?? [];
    if (name === undefined || pattern === undefined) {
      const todo = "Give it as --part NAME=PATTERN, such as --part 'dsp=src/dsp/*'.";
      throw new KilnError('option-invalid', { where: '--part', what: `${option} names no pattern`, todo });
    }
    (parts[name] ??= []).push(pattern);
  }
  return parts;
}
