// Loads CSV files of samples, a recording each: columns, time, labels and gaps.
import { sha256 } from '../../base/files.js';
import { columnIn, invalid, numberIn, readCsv, type CsvRow } from './csv_table.js';
import { stretchesOf, type Reading } from './gaps.js';
import { Classes, csvFiles, type RecordingFile } from './recording_files.js';
import type { CsvFolder, Recording, SensorDataset } from './sensor_dataset.js';

/** Where the columns of a file are. */
interface Columns {
  names: string[];
  channels: number[];
  time: number | undefined;
  label: number | undefined;
}

/**
 * All files have the same columns. With `label` a recording changes its class from row to row, and the folders name machines;
 * without it the first folder is the class and the second the machine.
 * @throws KilnError `csv-invalid` that names file, line and column; `recordings-missing`
 */
export function loadCsvFolder(options: CsvFolder): SensorDataset {
  const classes = new Classes(options.normal);
  const notices: string[] = [];
  const files = csvFiles(options.path);
  let [names, rate]: [string[] | undefined, number | undefined] = [undefined, options.sampleRate];
  const hashes: string[] = [];
  const recordings = files.map((file): Recording => {
    const { rows, hashed } = readCsv(file.path, options.delimiter);
    const columns = columnsIn(rows, file.path, { ...options, columns: names ?? options.columns });
    names ??= columns.names;
    const body = rows.slice(1);
    const seconds = columns.time === undefined ? undefined : body.map((row) => secondsIn(row, columns, file.path));
    rate ??= rateOf(seconds, file.path);
    hashes.push(sha256(file.name, hashed));
    const readings = readingsOf({ body, seconds, columns, file, rate, classes, label: options.label });
    const stretches = stretchesOf(readings, options.fill);
    if (stretches.length > 1) notices.push(`${file.name} has ${stretches.length - 1} gaps: no window goes over one.`);
    return { name: file.name, machine: file.folders[options.label === undefined ? 1 : 0] ?? '', stretches };
  });
  const channels = names!.map((name, i) => ({ name, physical: options.units?.[i] ?? '' }));
  return { channels, sampleRate: rate!, classes: classes.names, recordings, notices, hash: sha256(...hashes) };
}

function columnsIn(rows: readonly CsvRow[], path: string, options: CsvFolder): Columns {
  const header = rows[0]?.cells;
  if (!header || rows.length < 2) {
    throw invalid(path, `it has ${rows.length} lines`, 'Give a line of names, then a line for each sample.');
  }
  const place = (name: string | undefined) => (name === undefined ? undefined : columnIn(header, name, path));
  const [time, label] = [place(options.time), place(options.label)];
  const names = [...(options.columns ?? header.filter((_, i) => i !== time && i !== label))];
  return { names, channels: names.map((name) => place(name)!), time, label };
}

function secondsIn(row: CsvRow, { time }: Columns, path: string): number {
  const text = row.cells[time!]!;
  const number = Number(text);
  const seconds = text !== '' && Number.isFinite(number) ? number : Date.parse(text) / 1000;
  if (!Number.isNaN(seconds)) return seconds;
  const todo = 'Give seconds, or dates such as 2026-01-31 12:00:00.5.';
  throw invalid(`${path}:${row.line}`, `the time is \`${text.slice(0, 40)}\``, todo);
}

/** By the median step: gaps and jitter do not change it. */
function rateOf(seconds: readonly number[] | undefined, path: string): number {
  const todo = 'Give `data.sampleRate`, or the column of time in `data.time`.';
  if (!seconds) throw invalid(path, 'the sample rate is not known', todo);
  const steps = seconds.slice(1).map((second, i) => second - seconds[i]!);
  const step = steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0;
  if (step > 0) return Number((1 / step).toPrecision(6));
  throw invalid(path, 'most rows have the time of the row before', todo);
}

interface Body {
  body: readonly CsvRow[];
  seconds: readonly number[] | undefined;
  columns: Columns;
  file: RecordingFile;
  rate: number;
  classes: Classes;
  label: string | undefined;
}

function readingsOf({ body, seconds, columns, file, rate, classes, label }: Body): Reading[] {
  const { path, folders } = file;
  const places = seconds ? gridOf(seconds, rate, body, path) : undefined;
  const ofFolder = label === undefined && folders[0] !== undefined ? classes.indexOf(folders[0], path) : 0;
  return body.map((row, i) => ({
    at: places ? places[i]! : i,
    values: Float64Array.from(columns.channels, (column, c) => numberIn(row, column, columns.names[c]!, path)),
    class: columns.label === undefined ? ofFolder : classes.indexOf(row.cells[columns.label]!, `${path}:${row.line}`),
  }));
}

/** Rows may come early or late by less than half a step. @throws KilnError `csv-invalid` where time does not go on */
function gridOf(seconds: readonly number[], rate: number, body: readonly CsvRow[], path: string): number[] {
  let last = -1;
  return seconds.map((second, i) => {
    if (i > 0 && second < seconds[i - 1]!) {
      const todo = 'Sort the rows by time, or make two files of two recordings.';
      throw invalid(`${path}:${body[i]!.line}`, `time goes back by ${seconds[i - 1]! - second} s`, todo);
    }
    const at = Math.round((second - seconds[0]!) * rate);
    if (at < last - 1) {
      const todo = 'Correct `data.sampleRate`, or leave it out.';
      throw invalid(`${path}:${body[i]!.line}`, `there are more rows than ${rate} Hz has samples`, todo);
    }
    return (last = Math.max(at, last + 1));
  });
}
