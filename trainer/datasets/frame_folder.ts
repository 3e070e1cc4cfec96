// Loads folders of frames: each file is one window, a line for each sample, without a line of names.
import { sha256 } from '../../base/files.js';
import { invalid, numberIn, readCsv, type CsvRow } from './csv_table.js';
import { Classes, csvFiles, type RecordingFile } from './recording_files.js';
import type { FrameFolder, Recording, SensorDataset, Stretch } from './sensor_dataset.js';

/**
 * The frames of one folder, in the order of their names, are a recording; the first folder of a path is the class, the second
 * the machine. All frames have the same columns.
 * @throws KilnError `csv-invalid` that names file, line and column; `recordings-missing`
 */
export function loadFrameFolder(options: FrameFolder): SensorDataset {
  const classes = new Classes(options.normal);
  const recordings = new Map<string, Recording>();
  const hashes: string[] = [];
  let names = options.columns;
  for (const file of csvFiles(options.path)) {
    const { rows, hashed } = readCsv(file.path, options.delimiter);
    names ??= rows[0]?.cells.map((_, i) => `channel ${i}`);
    hashes.push(sha256(file.name, hashed));
    const folder = file.folders.join('/');
    const recording = recordings.get(folder) ?? { name: folder, machine: file.folders[1] ?? '', stretches: [] };
    const ofFolder = file.folders[0] === undefined ? 0 : classes.indexOf(file.folders[0], file.path);
    recording.stretches.push(stretchOf(rows, names ?? [], ofFolder, file));
    recordings.set(folder, recording);
  }
  return {
    channels: names!.map((name, i) => ({ name, physical: options.units?.[i] ?? '' })),
    sampleRate: options.sampleRate ?? unknownRate(options.path),
    classes: classes.names,
    recordings: [...recordings.values()],
    notices: [],
    hash: sha256(...hashes),
  };
}

function stretchOf(rows: readonly CsvRow[], names: readonly string[], own: number, { path }: RecordingFile): Stretch {
  const [first] = rows;
  if (!first) throw invalid(path, 'it is empty', 'Give a line for each sample, or remove the file.');
  if (first.cells.length !== names.length) {
    const what = `it has ${first.cells.length} columns, and ${names.length} are expected`;
    throw invalid(`${path}:${first.line}`, what, 'Name its columns in `data.columns`; all files have the same ones.');
  }
  const channels = names.map((name, column) => Float64Array.from(rows, (row) => measured(row, column, name, path)));
  return { channels, classes: new Uint8Array(rows.length).fill(own) };
}

function measured(row: CsvRow, column: number, name: string, path: string): number {
  const value = numberIn(row, column, name, path);
  if (!Number.isNaN(value)) return value;
  throw invalid(`${path}:${row.line}`, `column \`${name}\` is empty`, 'A frame is whole, or it is none: remove it.');
}

function unknownRate(path: string): never {
  throw invalid(path, 'the sample rate is not known', 'Give `data.sampleRate`: frames have no time.');
}
