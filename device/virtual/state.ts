// What is known of running virtual boards between two commands: one small file for each, beside its port.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import { writeAtomic } from '../../base/files.js';

const stateSchema = z.object({
  board: z.string(),
  pid: z.number().int().positive(),
  /** The link to open: it stays the same from one start to the next. */
  port: z.string(),
  elf: z.string(),
});

/** A virtual board that runs. */
export type VirtualBoard = z.output<typeof stateSchema>;

export interface StatePaths {
  state: string;
  port: string;
  log: string;
}

export function statePaths(folder: string, board: string): StatePaths {
  const path = (ending: string) => join(folder, `${board}.${ending}`);
  return { state: path('json'), port: path('tty'), log: path('log') };
}

export function writeState(folder: string, board: VirtualBoard): void {
  writeAtomic(statePaths(folder, board.board).state, `${JSON.stringify(board, null, 2)}\n`);
}

export function removeState(folder: string, board: string): void {
  for (const path of Object.values(statePaths(folder, board)) as string[]) rmSync(path, { force: true });
}

/** The board whose state lies in the folder, if its process still runs. */
export function readState(folder: string, board: string): VirtualBoard | undefined {
  let text: string;
  try {
    text = readFileSync(statePaths(folder, board).state, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = stateSchema.safeParse(parseJson(text));
  return parsed.success && isRunning(parsed.data) ? parsed.data : undefined;
}

/**
 * The path itself, unless it is the port of a virtual board that has ended: its pseudo-terminal may be another program's by then.
 * @throws KilnError `port-missing`
 */
export function livePort(path: string): string {
  const [folder, name] = [dirname(path), basename(path, '.tty')];
  const { state, port } = statePaths(folder, name);
  if (basename(path) !== basename(port) || !existsSync(state) || readState(folder, name)) return path;
  const what = `the virtual board ${name} has ended`;
  throw new KilnError('port-missing', { where: `port ${path}`, what, todo: 'Start it again with `kiln flash`.' });
}

/** Every virtual board that runs, by name. */
export function runningBoards(folder: string): VirtualBoard[] {
  return entries(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readState(folder, name.slice(0, -'.json'.length)))
    .filter((board) => board !== undefined);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A process of this id that is an emulator: ids are reused, and an ended one may linger until it is reaped. */
function isRunning({ pid, elf }: VirtualBoard): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(elf);
  } catch {
    return false;
  }
}
