// The CSV files of a folder, and what their paths say: CLASS/MACHINE/…, where there are folders.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { KilnError, messageOf } from '../../base/errors.js';
import { NORMAL } from './sensor_dataset.js';

export interface RecordingFile {
  path: string;
  /** Relative to the folder, with slashes. */
  name: string;
  folders: string[];
}

/** In the order of their names, numbers by their value. @throws KilnError `recordings-missing` */
export function csvFiles(folder: string): RecordingFile[] {
  const files = listed(folder)
    .filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: relative(folder, path).split(sep).join('/') }));
  if (files.length === 0) throw missing(folder, 'there is no .csv file in it');
  return files
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((file) => ({ ...file, folders: file.name.split('/').slice(0, -1) }));
}

function listed(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    throw missing(folder, messageOf(error));
  }
}

function missing(folder: string, what: string): KilnError {
  const todo = 'Put CSV files under CLASS/ or CLASS/MACHINE/, and name the folder in `data.path`.';
  return new KilnError('recordings-missing', { where: folder, what, todo });
}

const MOST_CLASSES = 256;

/** Names to indices as they come up; `normal` is 0, whatever it is called. */
export class Classes {
  readonly names = [NORMAL];

  constructor(private readonly normal: readonly string[]) {}

  /** @param where for the error @throws KilnError `recordings-classes` for the 257th */
  indexOf(label: string, where: string): number {
    if (this.normal.includes(label)) return 0;
    const known = this.names.indexOf(label);
    if (known >= 0) return known;
    if (this.names.length === MOST_CLASSES) {
      const what = `\`${label}\` is the ${MOST_CLASSES + 1}th label`;
      const todo = 'Name the column of labels in `data.label`: it has a few values.';
      throw new KilnError('recordings-classes', { where, what, todo });
    }
    return this.names.push(label) - 1;
  }
}
