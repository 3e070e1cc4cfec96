// Boards are data that inherits: board → mcu → arch. Here they are found, resolved and checked.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { packageRoot, readBytes } from '../base/files.js';
import { boardSchema, type Board } from './board_schema.js';

type Sheet = Readonly<Record<string, unknown>>;

/** Where tinykiln's own board sheets lie; those of `arch/` and `mcu/` are only inherited. */
export function boardFolder(): string {
  return join(packageRoot(), 'firmware-templates', 'boards');
}

/** Names of all boards, sorted. */
export function boardNames(folder = boardFolder()): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** Every board, resolved. @throws KilnError as loadBoard(). */
export function loadBoards(folder = boardFolder()): Board[] {
  return boardNames(folder).map((name) => loadBoard(name, folder));
}

/** @throws KilnError `board-unknown` that lists the boards there are; `board-invalid` that names sheet and key. */
export function loadBoard(name: string, folder = boardFolder()): Board {
  const known = boardNames(folder);
  if (!known.includes(name)) {
    const what = 'no board of this name is known';
    throw new KilnError('board-unknown', { where: `board ${name}`, what, todo: `Choose one of ${known.join(', ')}.` });
  }
  const checked = boardSchema.safeParse(resolveSheet(name, folder, []));
  if (!checked.success) throw invalidSheetKey(name, checked.error.issues[0]!);
  const board: Board = { name, ...checked.data };
  if (board.flash === 'virtual' && !board.emulator) throw invalid(name, '`emulator` is missing, which `flash` needs');
  return board;
}

/** A sheet with everything that it inherits, unchecked. @throws KilnError `board-invalid` */
export function resolveSheet(name: string, folder: string, heirs: readonly string[]): Sheet {
  if (heirs.includes(name)) throw invalid(heirs[0]!, `inherits itself: ${[...heirs, name].join(' → ')}`);
  const { inherits, ...own } = readSheet(name, folder, heirs.at(-1));
  if (inherits === undefined) return own;
  if (typeof inherits !== 'string') throw invalid(name, '`inherits` is not the name of a sheet');
  return merge(resolveSheet(inherits, folder, [...heirs, name]), own);
}

function readSheet(name: string, folder: string, heir: string | undefined): Sheet {
  const path = join(folder, `${name}.json`);
  if (!/^[\w-]+(\/[\w-]+)?$/.test(name) || !existsSync(path)) {
    throw invalid(heir ?? name, `inherits ${name}, which does not exist`);
  }
  let sheet: unknown;
  try {
    sheet = JSON.parse(readBytes(path).toString('utf8'));
  } catch (error) {
    if (error instanceof KilnError) throw error;
    throw invalid(name, `not JSON: ${messageOf(error)}`);
  }
  if (!isSheet(sheet)) throw invalid(name, 'not a JSON object');
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
export function invalidSheetKey(name: string, issue: z.core.$ZodIssue): KilnError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return invalid(name, `unknown key \`${[...path, issue.keys[0]!].join('.')}\``);
  return invalid(name, `\`${path.join('.')}\`: ${issue.message}`);
}

function invalid(name: string, what: string): KilnError {
  const where = `board sheet ${name}.json`;
  return new KilnError('board-invalid', { where, what, todo: 'Mend the sheet; its neighbours show the form.' });
}
