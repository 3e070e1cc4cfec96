// The tables of docs/boards.md.
import type { BareBoard, Board } from '../../firmware-templates/index.js';
import type { Sizes } from '../../device/size/measure.js';
import type { Firmware } from './firmware.js';

const KIB = 1024;

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function consoleOf({ console }: Board): string {
  return [console.uart, ...(console.tx && console.rx ? [`${console.tx}/${console.rx}`] : [])].join(' ');
}

/** What is known of each. */
export function boardTable(boards: readonly Board[]): string {
  const head = ['board', 'core', 'MHz', 'flash KiB', 'RAM KiB', 'console, TX/RX', 'flashed by', 'support'];
  return table(
    head,
    boards.map((board) => [
      `\`${board.name}\``,
      board.core,
      String(board.clock.core / 1e6),
      String(board.memory.flash.size / KIB),
      String(board.memory.ram.size / KIB),
      consoleOf(board),
      board.flash.map(({ method }) => method).join(', '),
      board.support,
    ]),
  );
}

/** Bytes of flash, RAM and stack, one column for each model; a dash where it does not fit. */
export function sizeTable(
  boards: readonly BareBoard[],
  models: readonly string[],
  built: readonly (readonly (Firmware | undefined)[])[],
): string {
  const cell = (firmware: Firmware | undefined) =>
    firmware ? `${firmware.sizes.flash} / ${firmware.sizes.ram} / ${firmware.stack.bytes}` : '—';
  return table(
    ['board', ...models],
    boards.map((board, i) => [`\`${board.name}\``, ...models.map((_, m) => cell(built[i]![m]))]),
  );
}

/** Bytes of flash and RAM of what a sketch has beside its core, one column for each model; a dash where it does not fit. */
export function sketchTable(
  boards: readonly Board[],
  models: readonly string[],
  built: readonly (readonly Sizes[])[],
): string {
  const cell = ({ memory }: Board, { flash, ram }: Sizes) =>
    flash <= memory.flash.size && ram <= memory.ram.size ? `${flash} / ${ram}` : '—';
  return table(
    ['board', ...models],
    boards.map((board, i) => [`\`${board.name}\``, ...built[i]!.map((sizes) => cell(board, sizes))]),
  );
}

/** The document with each table between its two marks replaced. */
export function withTables(document: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const marks = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`);
    if (!marks.test(text)) throw new Error(`the document has no marks for ${name}`);
    return text.replace(marks, `$1\n<!-- prettier-ignore -->\n${content}\n$2`);
  }, document);
}

/** The table of this name, or nothing. */
export function tableIn(document: string, name: string): string {
  return (
    new RegExp(`<!-- ${name} -->\n\n<!-- prettier-ignore -->\n([^]*?)\n\n<!-- /${name} -->`).exec(document)?.[1] ?? ''
  );
}

/** Whether two tables say the same, but for numbers that are within a share of each other. */
export function nearlySame(a: string, b: string, share: number): boolean {
  const number = /(?<![\w-])\d+(?![\w-])/g;
  if (a.replace(number, '#') !== b.replace(number, '#')) return false;
  const [left, right] = [a, b].map((text) => (text.match(number) ?? []).map(Number));
  return left!.every((n, i) => Math.abs(n - right![i]!) <= share * right![i]!);
}
