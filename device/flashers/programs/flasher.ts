// Flashing with a program of others: into the boot loader where it takes a touch, the program, and the port afterwards.
import { statSync } from 'node:fs';
import type { FlashMethod } from '../../../firmware-templates/index.js';
import { byteCount } from '../../formats/index.js';
import { listPorts } from '../../ports.js';
import { findTool } from '../../tools.js';
import { fileAs, firmwareImage, pathAs } from '../firmware_file.js';
import type { Flashed, Flasher, FlashOptions, Job } from '../method.js';
import { plannedPort, serialPort } from '../serial_port.js';
import { applicationPort, enterByTouch, leaveByTouch } from '../touch.js';
import type { Program } from './program.js';
import { runProgram } from './run.js';
import { shellLine } from './shell.js';
import { PROGRAMS, type ProgramName } from './table.js';
import { requireProgram, toolOf } from './tool.js';

export function programFlasher<M extends ProgramName>(method: M): Flasher<M> {
  const program: Program<M> = PROGRAMS[method];
  return {
    plan: (job, options) => plan(program, job, options),
    flash: (job, options) => flash(program, job, options),
  };
}

async function plan<M extends ProgramName>(program: Program<M>, job: Job<M>, options: FlashOptions): Promise<string[]> {
  const tool = toolOf(program.method)!;
  const touched = touches(job.method);
  const loader = job.board.usb.bootloader?.join(' or ');
  const port = program.serial || touched ? await plannedPort(job, options) : '';
  const reached = touched && program.serial && loader ? 'PORT' : port;
  const file = pathAs(job.file, program.format);
  const words = [findTool(tool) ?? tool.command, ...program.arguments({ ...job, port: reached, file })];
  const wait = loader ? `; wait for USB ${loader}${program.serial ? ', whose port is PORT' : ''}` : '';
  return [...(touched ? [`# open ${port} at 1200 baud and close it${wait}`] : []), shellLine(words)];
}

function touches(method: FlashMethod): boolean {
  return 'touch1200' in method && method.touch1200 === true;
}

async function flash<M extends ProgramName>(program: Program<M>, job: Job<M>, options: FlashOptions): Promise<Flashed> {
  const path = requireProgram(program.method);
  const image = program.formatIsBuilt ? undefined : firmwareImage(job);
  const file = fileAs(job, program.format, image);
  const started = performance.now();
  const application = await applicationOf(program, job, options);
  const port = await reach(program, job, application?.path);
  await runProgram(program, path, program.arguments({ ...job, port, file }), options);
  const after = application && (await applicationPort(job.board, application.serialNumber));
  return {
    method: program.method,
    ...(after && { port: after }),
    bytes: image ? byteCount(image) : statSync(file).size,
    seconds: (performance.now() - started) / 1000,
    verified: program.verified,
  };
}

/** The port of the board before, and its serial number; undefined where the program needs no port. */
async function applicationOf<M extends ProgramName>(program: Program<M>, job: Job<M>, options: FlashOptions) {
  if (!program.serial && !touches(job.method)) return undefined;
  try {
    const path = await serialPort(job, options);
    const listed = (await listPorts()).ports.find((port) => port.path === path);
    return { path, serialNumber: listed?.serialNumber };
  } catch (error) {
    // A board that is in its boot loader already may show no port.
    if (program.serial) throw error;
    return undefined;
  }
}

async function reach<M extends ProgramName>(
  program: Program<M>,
  job: Job<M>,
  path: string | undefined,
): Promise<string> {
  if (path === undefined) return '';
  if (!touches(job.method)) return path;
  if (program.serial) return enterByTouch(job.board, path);
  await leaveByTouch(path);
  return path;
}
