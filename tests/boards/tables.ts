// The tables of docs/boards.md.
import type { BareBoard, Board } from '../../firmware-templates/index.js';
import type { Sizes } from '../../device/size/measure.js';
import type { InstructionError, SizeError } from './estimates.js';
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

/** Of flash and RAM of each example, in percent; a dash where it does not fit. */
export function sizeErrorTable(
  boards: readonly Board[],
  examples: readonly { title: string }[],
  errors: readonly SizeError[],
): string {
  const cell = (board: Board, title: string) => {
    const found = errors.find((one) => one.board === board.name && one.title === title);
    return found ? `${percent(found.flash)} / ${percent(found.ram)}` : '—';
  };
  return table(
    ['board', ...examples.map(({ title }) => title)],
    boards.map((board) => [`\`${board.name}\``, ...examples.map(({ title }) => cell(board, title))]),
  );
}

/** Of the instructions of an inference or a window. */
export function countTable(counts: readonly InstructionError[]): string {
  return table(
    ['example', 'core', 'counted', 'estimated', 'error'],
    counts.map(({ title, core, counted, estimated, error }) => [
      ...[title, core, String(counted ?? 'not counted'), String(estimated)],
      error === undefined ? 'uncompared' : percent(error),
    ]),
  );
}

function percent(share: number): string {
  return `${share < 0 ? '-' : '+'}${(100 * Math.abs(share)).toFixed(1)} %`;
}

/**
 * Whether two tables say the same, but for whole numbers that are within a share of each other, and for percents with a sign
 * within so many points.
 */
export function nearlySame(a: string, b: string, share: number, points = 0): boolean {
  const signed = /[+-]\d+\.\d+/g;
  const whole = /(?<![\w.+-])\d+(?![\w.-])/g;
  const shape = (text: string) => text.replace(signed, '±').replace(whole, '#');
  if (shape(a) !== shape(b)) return false;
  const pairs = (numbers: RegExp) => {
    const [left, right] = [a, b].map((text) => (text.match(numbers) ?? []).map(Number));
    return left!.map((n, i) => [n, right![i]!] as const);
  };
  return (
    pairs(whole).every(([n, m]) => Math.abs(n - m) <= share * m) &&
    pairs(signed).every(([n, m]) => Math.abs(n - m) < points)
  );
}
