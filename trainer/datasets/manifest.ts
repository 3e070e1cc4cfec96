// Loads a data set that a CSV file lists: path, label and split, with word, speaker and sha256 where they are known.
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { KilnError } from '../../base/errors.js';
import { readBytes } from '../../base/files.js';
import { assemble, type Entry, type NoiseFile } from './assemble.js';
import { SILENCE, UNKNOWN, type DataOptions, type Dataset } from './dataset.js';
import { SPLITS, splitBySpeaker, type Split } from './split.js';

export const MANIFEST_FILE = 'manifest.csv';
const REQUIRED = ['path', 'label'];

type Columns = { [column: string]: string | undefined };

interface Row {
  line: number;
  record: Columns;
}

/**
 * Classes are those of the manifest in alphabetical order, `_silence_` and `_unknown_` last; `options.labels` chooses and orders
 * them; rows of other labels are `_unknown_` where that is chosen, but for silence, and are left out else. A `split` column is obeyed; without one the speakers are divided.
 * @throws KilnError `manifest-invalid` that names the line, or as `assemble` does
 */
export function loadManifest(options: DataOptions): Dataset {
  const path = options.manifest ?? manifestPath(options.path);
  const root = options.manifest === undefined ? dirname(path) : options.path;
  const rows = readRows(path);
  const all = toEntries(rows, path);
  const labels = options.labels ?? inOrder(all.map(({ label }) => label));
  const { entries, notices } = choose(all, new Set(labels));
  return assemble({ root, labels, entries, noise: silenceOf(all), notices, sampleRate: options.sampleRate });
}

/** The recordings of the chosen classes, and what became of the others. */
function choose(all: readonly Entry[], chosen: ReadonlySet<string>): { entries: Entry[]; notices: string[] } {
  const isKnown = ({ label }: Entry) => chosen.has(label);
  const isUnknown = ({ label }: Entry) => chosen.has(UNKNOWN) && !chosen.has(label) && label !== SILENCE;
  const entries = all
    .filter((entry) => isKnown(entry) || isUnknown(entry))
    .map((entry) => (isKnown(entry) ? entry : { ...entry, label: UNKNOWN }));
  const unknown = all.filter(isUnknown).length;
  const left = all.length - entries.length;
  const told = [
    [unknown, `Recordings of words that are no class, taken as ${UNKNOWN}: ${unknown}.`],
    [left, `Recordings left out, as their label is none of the chosen ones: ${left}.`],
  ] as const;
  return { entries, notices: told.flatMap(([count, notice]) => (count > 0 ? [notice] : [])) };
}

/** Alphabetical, with the special classes last. */
export function inOrder(labels: Iterable<string>): string[] {
  const rank = (label: string) => [SILENCE, UNKNOWN].indexOf(label);
  return [...new Set(labels)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function manifestPath(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder ? join(path, MANIFEST_FILE) : path;
}

function invalid(where: string, what: string, todo: string): KilnError {
  return new KilnError('manifest-invalid', { where, what, todo });
}

function readRows(path: string): Row[] {
  const text = readBytes(path, `Name a folder with a ${MANIFEST_FILE}, or the CSV file itself.`).toString('utf8');
  const rows = parseCsv(text, path);
  if (rows.length === 0) throw invalid(path, 'the manifest lists no recordings', 'Add a line for each recording.');
  const missing = REQUIRED.filter((column) => rows[0]!.record[column] === undefined);
  if (missing.length > 0) {
    const todo = 'The first line must name the columns: path, label, and word, speaker, split, sha256 where known.';
    throw invalid(`${path}:1`, `no column ${missing.join(' and ')}`, todo);
  }
  return rows;
}

function parseCsv(text: string, path: string): Row[] {
  try {
    const parsed: { record: Columns; info: { lines: number } }[] = parse(text, {
      bom: true,
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    return parsed.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? `${path}:${error['lines']}` : path;
    throw invalid(line, error.message.replace(/\.$/, ''), 'Mend the line: commas inside a value need double quotes.');
  }
}

function toEntries(rows: readonly Row[], path: string): Entry[] {
  const hasSplit = rows[0]!.record['split'] !== undefined;
  const splits = hasSplit ? undefined : splitBySpeaker(rows.map(speakerOf), path);
  return rows.map((row) => toEntry(row, splits?.get(speakerOf(row)), path));
}

/** Without a name each recording counts as a speaker of its own. */
function speakerOf({ record }: Row): string {
  return record['speaker'] || record['path'] || '';
}

function toEntry(row: Row, split: Split | undefined, manifest: string): Entry {
  const where = `${manifest}:${row.line}`;
  const { label, word, speaker, sha256 } = row.record;
  if (!label) throw invalid(where, 'the label is empty', 'Give each recording a label.');
  return {
    path: insidePath(row.record['path'] ?? '', where),
    label,
    word: word || label,
    speaker: speaker ?? '',
    split: split ?? knownSplit(row.record['split'] ?? '', where),
    sha256: sha256 ? knownHash(sha256, where) : undefined,
  };
}

function insidePath(path: string, where: string): string {
  if (path === '') throw invalid(where, 'the path is empty', 'Give the path from the manifest to the recording.');
  if (isAbsolute(path) || normalize(path).startsWith('..')) {
    throw invalid(where, `the path ${path} leads out of the manifest's folder`, 'Move the recording into the folder.');
  }
  return path;
}

function knownSplit(text: string, where: string): Split {
  const split = SPLITS.find((name) => name === text);
  if (!split) throw invalid(where, `the split is \`${text}\``, `Give one of ${SPLITS.join(', ')}.`);
  return split;
}

function knownHash(text: string, where: string): string {
  const hash = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hash)) throw invalid(where, `the sha256 is \`${text}\``, 'Give 64 hexadecimal digits.');
  return hash;
}

/** The training split's silence serves as noise to mix with, a class or not. */
export function silenceOf(entries: readonly Entry[]): NoiseFile[] {
  return entries
    .filter(({ label, split }) => label === SILENCE && split === 'train')
    .map(({ path, sha256 }) => ({ path, start: 0, sha256 }));
}
