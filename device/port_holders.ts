// Which programs have a port open: what to close, by name, where a port is busy or answers get lost.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** `minicom (process 4711)` for each other process whose open files this user may see; none where the system does not say. */
export function programsHolding(path: string): string[] {
  if (process.platform !== 'linux') return [];
  const target = attempt(() => realpathSync(path), '');
  return attempt(() => readdirSync('/proc'), [])
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && holds(name, target))
    .map((pid) => `${attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), 'a program')} (process ${pid})`);
}

function holds(pid: string, target: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder), []).some(
    (fd) => attempt(() => readlinkSync(`${folder}/${fd}`), '') === target,
  );
}

/** Processes end, and those of others are closed to us. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
