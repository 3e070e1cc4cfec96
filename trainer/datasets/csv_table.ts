// One CSV file of numbers: the columns that are asked for, with errors that name file, line and column.
import { CsvError, parse } from 'csv-parse/sync';
import { KilnError } from '../../base/errors.js';
import { readBytes } from '../../base/files.js';

export interface CsvRow {
  line: number;
  /** By column. */
  cells: string[];
}

/** Cells as text; every row has as many as the first. @throws KilnError `file-unreadable`, `csv-invalid` */
export function readCsv(path: string, delimiter = ','): { rows: CsvRow[]; hashed: Buffer } {
  const bytes = readBytes(path);
  try {
    const parsed: unknown = parse(bytes, {
      bom: true,
      delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    return {
      rows: (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
        cells: record,
        line: info.lines,
      })),
      hashed: bytes,
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const where = typeof error['lines'] === 'number' ? `${path}:${error['lines']}` : path;
    throw invalid(where, error.message.replace(/\.$/, ''), 'Mend the line: all have the same number of columns.');
  }
}

export function invalid(where: string, what: string, todo: string): KilnError {
  return new KilnError('csv-invalid', { where, what, todo });
}

/** @returns NaN for an empty cell, and for one that says so @throws KilnError `csv-invalid` for another text */
export function numberIn({ cells, line }: CsvRow, column: number, name: string, path: string): number {
  const text = cells[column]!;
  if (text === '' || /^(nan|null|na)$/i.test(text)) return NaN;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw invalid(
    `${path}:${line}`,
    `column \`${name}\` is \`${text.slice(0, 40)}\`, and a number is expected`,
    'Correct it, or leave it empty where nothing was measured.',
  );
}

/** Where a column is. @throws KilnError `csv-invalid` that lists those there are */
export function columnIn(header: readonly string[], name: string, path: string): number {
  const index = header.indexOf(name);
  if (index >= 0) return index;
  throw invalid(
    `${path}:1`,
    `there is no column \`${name}\``,
    `It has ${header.map((other) => `\`${other}\``).join(', ')}: name those in kiln.yaml, or another data.delimiter.`,
  );
}
