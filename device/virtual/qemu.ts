// Boards that QEMU runs. Their console is a pseudo-terminal: from there on all is as with a board on a cable.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, messageOf } from '../../base/errors.js';
import type { Board } from '../../firmware-templates/index.js';
import { requireTool } from '../tools.js';
import { readState, removeState, statePaths, writeState, type StatePaths, type VirtualBoard } from './state.js';

export interface StartOptions {
  /** Where the state, the port's link and QEMU's log lie. */
  folder: string;
  /** Whether the board goes on after this process; otherwise it ends with it. */
  detached?: boolean;
  /** Whether its time is its instructions, the same in every run: a serial line is served half as fast. Left out: yes. */
  counted?: boolean;
}

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * One instruction takes 1 ns of virtual time, and the STM32's timers count ns in QEMU: so TIM2's ticks are
 * instructions, the same in every run.
 */
const COUNT_INSTRUCTIONS = ['-icount', 'shift=0'];

/** Starts a board with firmware, instead of one of this name that runs. @throws KilnError `tool-missing`, `emulator-failed`. */
export async function startVirtualBoard(board: Board, elf: string, options: StartOptions): Promise<VirtualBoard> {
  const { folder, detached = false, counted = true } = options;
  if (!board.emulator) {
    const todo = 'Choose a board whose support is `emulator` (`kiln boards`).';
    throw new KilnError('board-not-virtual', { where: `board ${board.name}`, what: 'no emulator runs it', todo });
  }
  const qemu = requireTool('qemu-system-arm');
  const firmware = resolve(elf);
  if (!existsSync(firmware)) {
    throw new KilnError('firmware-missing', { where: elf, what: 'no such file', todo: 'Build it with `kiln build`.' });
  }
  await stopVirtualBoard(folder, board.name);
  const paths = statePaths(resolve(folder), board.name);
  mkdirSync(folder, { recursive: true });
  const child = launch(qemu, qemuArguments(board.emulator.machine, firmware, counted), paths, detached);
  const pty = await consoleOf(child, paths, board);
  link(pty, paths.port);
  const running = { board: board.name, pid: child.pid!, port: paths.port, elf: firmware };
  writeState(folder, running);
  return running;
}

/** Ends a virtual board. Returns whether one ran. SIGKILL, since a frozen QEMU ignores SIGTERM. */
export async function stopVirtualBoard(folder: string, board: string): Promise<boolean> {
  const running = readState(folder, board);
  if (running) {
    // First the link: what it leads to is the next program's as soon as QEMU has ended.
    rmSync(running.port, { force: true });
    process.kill(running.pid, 'SIGKILL');
    const end = performance.now() + STOP_TIMEOUT_MS;
    while (readState(folder, board) && performance.now() < end) await delay(10);
  }
  removeState(folder, board);
  return running !== undefined;
}

/** What starts a machine with an ELF file. */
export function qemuArguments(machine: string, elf: string, counted = true): string[] {
  const time = counted ? COUNT_INSTRUCTIONS : [];
  return ['-M', machine, '-display', 'none', '-monitor', 'none', '-serial', 'pty', ...time, '-kernel', elf];
}

/** QEMU's own output goes to a file: it outlives this process where the board is detached. */
function launch(qemu: string, args: string[], { log }: StatePaths, detached: boolean): ChildProcess {
  const file = openSync(log, 'w');
  try {
    const child = spawn(qemu, args, { detached, stdio: ['ignore', file, file] });
    child.unref();
    if (!detached) endWithThisProcess(child);
    return child;
  } finally {
    closeSync(file);
  }
}

function endWithThisProcess(child: ChildProcess): void {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
}

/** The path of the pseudo-terminal, which QEMU prints when it has made it. */
async function consoleOf(child: ChildProcess, { log }: StatePaths, board: Board): Promise<string> {
  let failure: string | undefined;
  child.once('error', (error) => (failure = messageOf(error)));
  child.once('exit', (code, signal) => (failure = `ended with ${signal ?? `exit code ${code}`}`));
  const end = performance.now() + START_TIMEOUT_MS;
  while (!failure && performance.now() < end) {
    const pty = /char device redirected to (\S+)/.exec(readFileSync(log, 'utf8'))?.[1];
    if (pty) return pty;
    await delay(5);
  }
  child.kill('SIGKILL');
  const what = `QEMU ${failure ?? `made no console within ${START_TIMEOUT_MS / 1000} s`}: ${readFileSync(log, 'utf8').trim()}`;
  const todo = 'Check `qemu-system-arm --version` (5.1 or newer is needed).';
  throw new KilnError('emulator-failed', { where: `board ${board.name}`, what, todo }, 'device');
}

function link(target: string, path: string): void {
  const temporary = `${path}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, path);
}
