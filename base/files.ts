// Files are read with errors that name them, and written whole or not at all.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KilnError, messageOf, systemCode } from './errors.js';

/** Hex SHA-256 of the parts, one after the other. */
export function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The bytes of a file. @throws KilnError `file-unreadable` that names the path. */
export function readBytes(path: string, todo = 'Check the path and its permissions.'): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const found = systemCode(error) === 'ENOENT' ? 'no such file' : messageOf(error);
    throw new KilnError('file-unreadable', { where: path, what: found, todo }, 'user', { cause: error });
  }
}

/** Writes to a temporary name beside the file and renames it: a reader sees the old bytes or the new, never a part. */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new KilnError(
      'file-unwritable',
      { where: path, what: messageOf(error), todo: 'Check that the folder can be written to and has room.' },
      'user',
      { cause: error },
    );
  }
}

let root: string | undefined;

/** The folder of tinykiln's own package.json: the same from the sources and from dist. */
export function packageRoot(): string {
  if (root) return root;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return (root = folder);
}

/** tinykiln's own version, from its package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
