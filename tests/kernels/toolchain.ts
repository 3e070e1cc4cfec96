// Compilers on generated C in a temporary folder: what they say, and what is in what they make.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../device/tools.js';
import { renderHostProgram, type ProjectFile } from '../../firmware-templates/index.js';

export const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wsign-conversion', '-Wshadow', '-pedantic', '-Werror'];
export const CORES = ['cortex-m0plus', 'cortex-m4'];

export const hasArm = findProgram('arm-none-eabi-gcc') !== undefined;

/** The model and the runtime in one flat list. */
export function modelAndRuntime(files: readonly ProjectFile[]): ProjectFile[] {
  return renderHostProgram(files, 'model', { inputs: [], outputs: [] }).filter(({ path }) => path !== 'main.c');
}

export const unitsOf = (files: readonly ProjectFile[]) =>
  files.map(({ path }) => path).filter((path) => /\.cc?$/.test(path));

export interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Writes the files to a new folder, runs the commands in it one after the other until one fails, and removes it. */
export function inFolder(files: readonly ProjectFile[], commands: readonly (readonly string[])[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-'));
  try {
    for (const { path, text } of files) writeFileSync(join(folder, path), text);
    let last: Run = { status: 0, stdout: '', stderr: '' };
    for (const [program, ...args] of commands) {
      last = spawnSync(program!.startsWith('./') ? join(folder, program!) : program!, args, {
        cwd: folder,
        encoding: 'utf8',
      });
      if (last.status !== 0) break;
    }
    return last;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
