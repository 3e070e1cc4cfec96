// Whether a serial port can be opened: by the rights of its file, and by who has it open already.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { systemCode } from '../base/errors.js';
import { joinAdvice, systemGroups } from './groups.js';
import { findProgram } from './tools.js';

export interface Process {
  pid: number;
  program: string;
}

export interface Denied {
  /** The group that may open it; absent where its members may not either. */
  group?: string;
  /** What to do about it. */
  todo: string;
}

/** Why this user may not open a port; undefined where nothing stands against it. */
export function denial(path: string): Denied | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    if (systemCode(error) !== 'EACCES') return undefined;
  }
  const { gid, mode } = statSync(path);
  const group = (mode & 0o060) === 0o060 ? systemGroups().find((known) => known.gid === gid) : undefined;
  if (!group) return { todo: `\`sudo chmod a+rw ${path}\`` };
  return { group: group.name, todo: joinAdvice(group) };
}

/** Programs other than this one that have a port open, as far as this user may see, by the port's path. */
export function portUsers(paths: readonly string[]): Map<string, Process[]> {
  const users = new Map<string, Process[]>(paths.map((path) => [path, []]));
  const byTarget = new Map(paths.map((path) => [realPath(path), path]));
  const openings = process.platform === 'linux' ? openFilesOfProc() : openFilesOfLsof(paths);
  for (const { file, pid, program } of openings) {
    const path = byTarget.get(file);
    const known = path === undefined ? undefined : users.get(path);
    if (known && pid !== process.pid && !known.some((user) => user.pid === pid)) known.push({ pid, program });
  }
  return users;
}

interface Opening extends Process {
  file: string;
}

function openFilesOfProc(): Opening[] {
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      entries(`/proc/${pid}/fd`).flatMap((fd) => {
        const file = tryTo(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
        if (!file?.startsWith('/dev/')) return [];
        return [
          { file, pid: Number(pid), program: tryTo(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? '?' },
        ];
      }),
    );
}

/** On macOS; Windows says of a busy port only that access is denied. */
function openFilesOfLsof(paths: readonly string[]): Opening[] {
  const lsof = process.platform === 'win32' || paths.length === 0 ? undefined : findProgram('lsof');
  if (!lsof) return [];
  const { stdout } = spawnSync(lsof, ['-F', 'pcn', '--', ...paths], { encoding: 'utf8', timeout: 5000 });
  return parseLsof(stdout ?? '');
}

/** `lsof -F pcn` prints one field a line: p for a process, c its command, n each file that it has open. */
export function parseLsof(text: string): Opening[] {
  const openings: Opening[] = [];
  const current: Process = { pid: 0, program: '?' };
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line[0] === 'p') current.pid = Number(value);
    else if (line[0] === 'c') current.program = value;
    else if (line[0] === 'n') openings.push({ ...current, file: value });
  }
  return openings;
}

function realPath(path: string): string {
  return tryTo(() => realpathSync(path)) ?? path;
}

/** Processes end while they are looked at, and those of others may not be looked into. */
function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function entries(folder: string): string[] {
  return tryTo(() => readdirSync(folder)) ?? [];
}
