// Where board sheets lie: a project's own, then tinykiln's.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/files.js';

/** Where sheets are looked for, the first folder first. */
export type BoardFolders = readonly string[];

/** Where tinykiln's own board sheets lie; those of `arch/` and `mcu/` are only inherited. */
export function boardFolder(): string {
  return join(packageRoot(), 'firmware-templates', 'boards');
}

/** A project's own sheets, in `boards/` beside its kiln.yaml, then tinykiln's, which they may inherit. */
export function boardFolders(project: string): string[] {
  const own = join(project, 'boards');
  return existsSync(own) ? [own, boardFolder()] : [boardFolder()];
}
