// What is known of running virtual boards between two commands: one small file for each, beside its port.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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
