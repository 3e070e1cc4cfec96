// A recording of a sensor in a file, as the integers that the sensor would give: CSV with a header, or JSON.
import { parse } from 'csv-parse/sync';
import { KilnError, messageOf } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import type { DetectorFile } from '../trainer/anomaly/detector_schema.js';
import { toInt16 } from '../trainer/sensors/scale.js';

type Channels = DetectorFile['sensor']['channels'];
/** By the name of the channel. */
type Row = Readonly<Record<string, unknown>>;

/**
 * @returns int16 [samples × channels], in the detector's order of channels
 * @throws KilnError `file-unreadable`, `recording-invalid` that names line or number, and column
 */
export function readRecording(path: string, channels: Channels): Int16Array {
  const rows = rowsOf(path);
  if (rows.length === 0) throw invalid(path, 'there is no sample in it');
  const columns = channels.map(({ name, unit, zero }) => {
    const values = rows.map((row, i) => numberIn(row[name], `sample ${i + 1}, column ${JSON.stringify(name)}`, path));
    return toInt16(values, { unit, zero });
  });
  return Int16Array.from({ length: rows.length * columns.length }, (_, i) => {
    return columns[i % columns.length]![Math.floor(i / columns.length)]!;
  });
}

function rowsOf(path: string): Row[] {
  const bytes = readBytes(path);
  try {
    if (!path.endsWith('.json')) {
      return parse(bytes, {
        columns: true,
        delimiter: [',', ';', '\t'],
        bom: true,
        skip_empty_lines: true,
        trim: true,
      });
    }
    const rows: unknown = JSON.parse(bytes.toString('utf8'));
    if (!Array.isArray(rows)) throw new Error('a list of samples is expected, each an object of its channels');
    return rows.map((row: unknown) => (typeof row === 'object' && row !== null ? (row as Row) : {}));
  } catch (error) {
    throw invalid(path, messageOf(error));
  }
}

function numberIn(cell: unknown, where: string, path: string): number {
  const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(
    path,
    `${where}: ${cell === undefined ? 'nothing' : JSON.stringify(cell)} is found, and a number is expected`,
  );
}

function invalid(path: string, what: string): KilnError {
  const todo = "Give a CSV with a header, or a JSON list of objects, with the detector's channels as columns.";
  return new KilnError('recording-invalid', { where: path, what, todo });
}
