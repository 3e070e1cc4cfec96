// A firmware project on disk: replaced whole or not at all, and never over a folder that tinykiln did not write.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { PROJECT_KINDS } from './project_kinds.js';

/** `path` is relative to the project, with `/`. */
export interface ProjectFile {
  path: string;
  text: string;
}

/** The file by which tinykiln knows its own projects again. */
export const MARKER = '.tinykiln.json';

const recordSchema = z.object({
  tinykiln: z.string(),
  kind: z.enum(PROJECT_KINDS).default('cmake'),
  board: z.string(),
  name: z.string(),
  runtime: z.enum(['compiled', 'tflm']),
  buildId: z.string(),
});

/** What a project folder says of itself. */
export type ProjectRecord = z.output<typeof recordSchema>;

/** @throws KilnError `project-missing` where the folder is no firmware project of tinykiln's. */
export function readProject(folder: string): ProjectRecord {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(folder, MARKER), 'utf8')));
  } catch (error) {
    const todo = 'Write one with `kiln project`, or name its folder.';
    const what = `no firmware project is here (${MARKER} is missing or unreadable)`;
    throw new KilnError('project-missing', { where: folder, what, todo }, 'user', { cause: error });
  }
}

/**
 * Writes the files to a new folder beside `folder`, then puts that in its place; what was there is removed.
 * @throws KilnError `project-foreign` where `folder` holds anything but a project of tinykiln's, `file-unwritable`.
 */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  refuseForeign(folder);
  const suffix = `${process.pid}.${randomBytes(4).toString('hex')}`;
  const staged = join(dirname(folder), `.${basename(folder)}.${suffix}.new`);
  const replaced = join(dirname(folder), `.${basename(folder)}.${suffix}.old`);
  try {
    for (const file of files) writeInto(staged, file);
    if (existsSync(folder)) renameSync(folder, replaced);
    renameSync(staged, folder);
  } catch (error) {
    if (existsSync(replaced) && !existsSync(folder)) renameSync(replaced, folder);
    const todo = 'Check that the folder above can be written to and has room.';
    throw new KilnError('file-unwritable', { where: folder, what: messageOf(error), todo }, 'user', { cause: error });
  } finally {
    rmSync(staged, { recursive: true, force: true });
    rmSync(replaced, { recursive: true, force: true });
  }
}

function refuseForeign(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory() && (existsSync(join(folder, MARKER)) || readdirSync(folder).length === 0)) return;
  const what = found.isDirectory() ? `holds files that tinykiln did not write (no ${MARKER})` : 'is not a folder';
  const todo = 'Choose another folder with --output; nothing was changed.';
  throw new KilnError('project-foreign', { where: folder, what, todo });
}

function writeInto(root: string, { path, text }: ProjectFile): void {
  if (isAbsolute(path) || normalize(path).startsWith('..')) throw new Error(`${path} leads out of the project`);
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
