// Debian's Arduino core, its compiler and simavr, for tests: a sketch is compiled as the IDE does, and runs on a pty.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../../../base/files.js';
import type { FlashMethod } from '../../../firmware-templates/index.js';
import { findProgram } from '../../../device/tools.js';

const HARDWARE = ['/usr/share/arduino/hardware', '/usr/share/arduino-builder'];
/** The core's own headers ask for a macro that gcc-avr 5.4 spells otherwise. */
const PREFERENCES = ['-prefs=compiler.cpp.extra_flags=-DDECIMAL_DIG=__DECIMAL_DIG__', '-warnings', 'all'];

export const hasArduino = ['arduino-builder', 'arduino-ctags', 'avr-gcc'].every((tool) => findProgram(tool));
export const hasSimavr = findProgram('simavr') !== undefined && findProgram('cc') !== undefined;

export const hasAvrdude = findProgram('avrdude') !== undefined;

export interface Sketch {
  elf: string;
  hex: string;
  /** What the compiler said, the core's own warnings left out. */
  warnings: string[];
  flash: number;
  ram: number;
}

/** Compiles a sketch. @param libraries folder of libraries */
export function compileSketch(ino: string, build: string, fqbn: string, libraries?: string): Sketch {
  mkdirSync(build, { recursive: true });
  const hardware = HARDWARE.flatMap((folder) => ['-hardware', folder]);
  const own = libraries === undefined ? [] : ['-libraries', libraries];
  const args = ['-compile', ...hardware, '-tools', '/usr/bin', ...own, '-fqbn', fqbn, ...PREFERENCES];
  const { status, stdout, stderr } = spawnSync('arduino-builder', [...args, '-build-path', build, ino], {
    encoding: 'utf8',
  });
  const said = stdout + stderr;
  if (status !== 0) throw new Error(said);
  const bytes = (pattern: RegExp) => Number(pattern.exec(said)![1]);
  const product = join(build, basename(ino));
  return {
    ...{ elf: `${product}.elf`, hex: `${product}.hex` },
    warnings: said.split('\n').filter((line) => /warning:/.test(line) && !line.startsWith(HARDWARE[0]!)),
    flash: bytes(/Sketch uses (\d+) bytes/),
    ram: bytes(/Global variables use (\d+) bytes/),
  };
}

type Avrdude = Extract<FlashMethod, { method: 'avrdude' }>;

export interface SimulatedAvr {
  port: string;
  stop(): Promise<void>;
}

/** The Mega's own boot loader, as it is sold. */
export const MEGA_LOADER = `${HARDWARE[0]}/arduino/avr/bootloaders/stk500v2/stk500boot_v2_mega2560.hex`;

/** Flashes as the IDE does. @returns what avrdude said */
export function avrdude(port: string, hex: string, { part, programmer, baud }: Avrdude): string {
  const target = ['-p', part, '-c', programmer, '-P', port, '-b', String(baud), '-D'];
  const { status, stderr } = spawnSync('avrdude', [...target, '-U', `flash:w:${hex}:i`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stderr;
}

/** Builds the simulator's host in `folder` and starts it. @param firmware .elf, or .hex of a boot loader */
export async function startAvr(folder: string, firmware: string): Promise<SimulatedAvr> {
  const program = join(folder, 'board');
  const source = join(packageRoot(), 'tests/firmware/avr/board.c');
  const { status, stderr } = spawnSync('cc', ['-O2', '-Wall', '-Wextra', source, '-o', program, '-lsimavr'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const child = spawn(program, [firmware, 'atmega2560', '16000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { port: await portOf(child), stop: () => stop(child) };
}

/** simavr speaks first; the name comes last. */
async function portOf(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    const port = /^(\/dev\/pts\/\d+)$/m.exec(said);
    if (port) return port[1]!;
  }
  throw new Error(`the simulator ended: ${said}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
