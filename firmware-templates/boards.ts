// Boards are data that inherits: board → mcu → arch. Here they are found, resolved and checked.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { boardFolder, type BoardFolders } from './board_folders.js';
import { boardSchema, type Board } from './board_schema.js';

type Sheet = Readonly<Record<string, unknown>>;

/** Names of all boards, sorted. */
export function boardNames(folders: BoardFolders = [boardFolder()]): string[] {
  const names = folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.json'));
  return [...new Set(names.map((name) => name.slice(0, -'.json'.length)))].sort();
}

/** Every board, resolved. @throws KilnError as loadBoard(). */
export function loadBoards(folders: BoardFolders = [boardFolder()]): Board[] {
  return boardNames(folders).map((name) => loadBoard(name, folders));
}

/** @throws KilnError `board-unknown` that lists the boards there are; `board-invalid` that names sheet and key. */
export function loadBoard(name: string, folders: BoardFolders = [boardFolder()]): Board {
  const known = boardNames(folders);
  if (!known.includes(name)) {
    const what = 'no board of this name is known';
    throw new KilnError('board-unknown', { where: `board ${name}`, what, todo: `Choose one of ${known.join(', ')}.` });
  }
  const refuse = (what: string) => invalid(pathOf(name, folders), what);
  const checked = boardSchema.safeParse(resolveSheet(name, folders));
  if (!checked.success) throw refuse(whatIsWrong(checked.error.issues[0]!));
  const board: Board = { name, ...checked.data };
  const contradiction = contradictionIn(board);
  if (contradiction) throw refuse(contradiction);
  return board;
}

/** What a schema cannot say: keys that need each other. */
function contradictionIn(board: Board): string | undefined {
  if (board.flash.some(({ method }) => method === 'virtual') && !board.emulator)
    return '`emulator` is missing, which `flash` needs';
  if (board.framework !== 'bare') return undefined;
  if (board.clock.crystal !== undefined && board.clock.input !== undefined)
    return '`clock` has both `crystal` and `input`: the chip has one pin for them';
  if (board.port !== 'stm32f1' && board.console.alternate === undefined)
    return '`console.alternate` is missing: the number of the alternate function of its pins';
  return undefined;
}

/** A sheet with everything that it inherits, unchecked. @throws KilnError `board-invalid` */
export function resolveSheet(name: string, folders: BoardFolders, heirs: readonly string[] = []): Sheet {
  const path = pathOf(name, folders);
  if (heirs.includes(path)) {
    const circle = [...heirs, path].map(shortPath);
    throw invalid(heirs[0]!, `inherits itself: ${circle.join(' → ')}`);
  }
  const { $schema: _, inherits, ...own } = readSheet(path);
  if (inherits === undefined) return own;
  if (typeof inherits !== 'string') throw invalid(path, '`inherits` is not the name of a sheet');
  if (!isPresent(inherits, folders)) throw invalid(path, `inherits ${inherits}, which does not exist`);
  return merge(resolveSheet(inherits, folders, [...heirs, path]), own);
}

function isPresent(name: string, folders: BoardFolders): boolean {
  return /^[\w-]+(\/[\w-]+)?$/.test(name) && existsSync(pathOf(name, folders));
}

/** The first folder that holds a sheet of this name. */
function pathOf(name: string, folders: BoardFolders): string {
  const paths = folders.map((folder) => join(folder, `${name}.json`));
  return paths.find((path) => existsSync(path)) ?? paths[0]!;
}

function readSheet(path: string): Sheet {
  let sheet: unknown;
  try {
    sheet = JSON.parse(readBytes(path).toString('utf8'));
  } catch (error) {
    if (error instanceof KilnError) throw error;
    throw invalid(path, `not JSON: ${messageOf(error)}`);
  }
  if (!isSheet(sheet)) throw invalid(path, 'not a JSON object');
  return sheet;
}

/** What the heir says wins, key by key; lists are replaced whole. */
function merge(inherited: Sheet, own: Sheet): Sheet {
  const merged: Record<string, unknown> = { ...inherited };
  for (const [key, value] of Object.entries(own)) {
    const base = merged[key];
    merged[key] = isSheet(base) && isSheet(value) ? merge(base, value) : value;
  }
  return merged;
}

function isSheet(value: unknown): value is Sheet {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a key of a sheet. */
export function whatIsWrong(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return `unknown key \`${[...path, issue.keys[0]!].join('.')}\``;
  return `\`${path.join('.')}\`: ${issue.message}`;
}

/** @param path of the sheet */
export function invalid(path: string, what: string): KilnError {
  const where = `board sheet ${shortPath(path)}`;
  return new KilnError('board-invalid', { where, what, todo: 'Mend the sheet; its neighbours show the form.' });
}

/** Within tinykiln's own sheets, or as it is. */
function shortPath(path: string): string {
  const within = relative(boardFolder(), path);
  return within.startsWith('..') ? path : within;
}
