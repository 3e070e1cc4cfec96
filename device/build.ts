// Compiles a firmware project with its own CMake file and measures what comes out.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { KilnError } from '../base/errors.js';
import { readBytes, writeAtomic } from '../base/files.js';
import {
  loadBoard,
  readProject,
  type BoardFolders,
  type ProjectKind,
  type Runtime,
} from '../firmware-templates/index.js';
import { firmwareStack, type FirmwareStack } from './firmware_stack.js';
import { measure, type Sizes } from './size/measure.js';
import { requireTool } from './tools.js';

export interface BuildOptions {
  /** By default what the project was written for. */
  runtime?: Runtime;
  /** TensorFlow Lite Micro, for `tflm`. */
  tflmDirectory?: string;
  /** Where its board's sheet is looked for, by default among tinykiln's own. */
  boards?: BoardFolders;
  signal?: AbortSignal;
}

export interface Build {
  /** `build/firmware.elf` of the project, with .hex, .bin and .map beside it. */
  elf: string;
  sizes: Sizes;
  stack: FirmwareStack;
  seconds: number;
}

const PRODUCTS = ['firmware.hex', 'firmware.bin', 'firmware.map', 'firmware.elf'] as const;

/** Where the firmware of a project lies once it is built. */
export function firmwarePath(folder: string): string {
  return join(folder, 'build', 'firmware.elf');
}

/**
 * Configures and compiles. What an earlier build made stays until the new one is whole.
 * @throws KilnError `project-missing`, `project-kind` where another tool builds it, `tool-missing`, `model-too-large` (from the linker), `build-failed`.
 */
export async function buildProject(folder: string, options: BuildOptions = {}): Promise<Build> {
  const started = performance.now();
  const project = readProject(folder);
  requireCmake(folder, project.kind);
  const board = loadBoard(project.board, options.boards);
  const { compiler } = board;
  const cmake = requireTool('cmake');
  requireTool('make');
  requireTool(`${compiler.prefix}gcc`);
  const work = join(folder, 'build', 'cmake');
  const run = (args: string[]) => runCmake(cmake, args, folder, options.signal);
  rmSync(join(work, 'CMakeCache.txt'), { force: true });
  await run(configuration(folder, work, options.runtime ?? project.runtime, options.tflmDirectory));
  await run(['--build', work, '--parallel', '2']);
  for (const name of PRODUCTS) writeAtomic(join(folder, 'build', name), readBytes(join(work, name)));
  const elf = firmwarePath(folder);
  const [sizes, stack] = [measure(elf, compiler.prefix), firmwareStack(elf, board)];
  return { elf, sizes, stack, seconds: (performance.now() - started) / 1000 };
}

function requireCmake(folder: string, kind: ProjectKind): void {
  if (kind === 'cmake') return;
  const todo = 'Build it as its README.md says, then `kiln validate --port PORT`.';
  throw new KilnError('project-kind', { where: folder, what: `it is of kind ${kind}: its own tool builds it`, todo });
}

function configuration(folder: string, work: string, runtime: Runtime, tflmDirectory = ''): string[] {
  const makefiles = ['-G', 'Unix Makefiles'];
  return ['-S', folder, '-B', work, ...makefiles, `-DRUNTIME=${runtime}`, `-DTFLM_DIR=${tflmDirectory}`];
}

async function runCmake(cmake: string, args: string[], folder: string, signal?: AbortSignal): Promise<void> {
  const { code, output } = await run(cmake, args, signal);
  if (code === 0) return;
  const overflow = [...output.matchAll(/region [`'](\w+)' overflowed by (\d+) bytes/g)];
  if (overflow.length > 0) {
    const what = overflow.map(([, region, bytes]) => `the firmware is ${bytes} B larger than ${region}`).join('; ');
    const todo = 'Make the model smaller (`model.width`, `model.blocks`), or choose a larger board (`kiln boards`).';
    throw new KilnError('model-too-large', { where: folder, what, todo });
  }
  const what = `the build failed with exit code ${code}:\n${telling(output)}`;
  throw new KilnError('build-failed', {
    where: folder,
    what,
    todo: 'Mend what the compiler names, or write the project anew with `kiln project`.',
  });
}

/** The lines that say what is wrong, or where there are none, the last ones. */
function telling(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim());
  const first = lines.findIndex((line) => /\b(fatal )?error\b|CMake Error|undefined reference/i.test(line));
  return (first < 0 ? lines.slice(-12) : lines.slice(first, first + 12)).join('\n');
}

function run(command: string, args: string[], signal?: AbortSignal): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
      env: environment(),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Flags that a shell carries for other builds would change the bytes; messages are read in English. */
function environment(): NodeJS.ProcessEnv {
  const { CFLAGS: _c, CXXFLAGS: _cxx, LDFLAGS: _ld, CMAKE_GENERATOR: _g, MAKEFLAGS: _m, ...kept } = process.env;
  return { ...kept, LC_ALL: 'C' };
}
