// Unpacks a .tar.gz of recordings: plain files and folders alone, none outside the folder, bounded; the folder appears when it is whole.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { extract, type ReadEntry } from 'tar';
import { KilnError, messageOf } from '../../base/errors.js';

export interface Limits {
  entries: number;
  /** Of all files together. */
  bytes: number;
}

/** Four times the largest set that is known. */
const MOST: Limits = { entries: 500_000, bytes: 16 * 2 ** 30 };

/**
 * @param folder must not exist @returns how many files there are
 * @throws KilnError `folder-exists`, `archive-damaged`, `archive-unsafe`
 */
export async function unpackArchive(archive: string, folder: string, limits: Limits = MOST): Promise<number> {
  if (existsSync(folder)) {
    const todo = 'Name another folder, or delete that one.';
    throw new KilnError('folder-exists', { where: folder, what: 'it is there already', todo });
  }
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    const files = await unpackInto(part, archive, limits);
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(part, folder);
    return files;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function unpackInto(cwd: string, file: string, limits: Limits): Promise<number> {
  const seen = { files: 0, entries: 0, bytes: 0, unsafe: '' };
  const judge = (path: string, entry: ReadEntry) => {
    seen.entries++;
    seen.bytes += entry.size;
    seen.unsafe ||= dangerOf(path, entry, seen, limits);
    if (entry.type === 'File') seen.files++;
    return seen.unsafe === '';
  };
  try {
    await extract({ file, cwd, strict: true, filter: (path, entry) => judge(path, entry as ReadEntry) });
  } catch (error) {
    if (!seen.unsafe) throw damaged(file, messageOf(error));
  }
  if (seen.unsafe) throw unsafe(file, seen.unsafe);
  if (seen.files === 0) throw damaged(file, 'it holds no files');
  return seen.files;
}

/** Why an entry must not be unpacked; empty where it may. */
function dangerOf(path: string, { type }: ReadEntry, seen: Limits, limits: Limits): string {
  if (type !== 'File' && type !== 'Directory') return `${path} is a ${type}`;
  if (path.startsWith('/') || path.split(/[\\/]/).includes('..')) return `${path} leads out of the folder`;
  if (seen.entries > limits.entries) return `it has more than ${limits.entries} entries`;
  if (seen.bytes > limits.bytes) return `it unpacks to more than ${limits.bytes} bytes`;
  return '';
}

function damaged(where: string, what: string): KilnError {
  return new KilnError('archive-damaged', { where, what, todo: 'Delete it and fetch it again.' });
}

function unsafe(where: string, what: string): KilnError {
  return new KilnError('archive-unsafe', { where, what, todo: 'Do not use this archive: it is not a data set’s.' });
}
