// Where new clips go: into the project's recordings, and into its manifest where it has one, so that the next training takes them.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { KilnError } from '../base/errors.js';
import { sha256, writeAtomic } from '../base/files.js';
import { MANIFEST_FILE } from '../trainer/datasets/manifest.js';
import { encodeWav, type Wav } from '../trainer/datasets/wav.js';
import type { Project } from './project.js';

export interface NewClip extends Wav {
  label: string;
  /** What is said; the folder's name. */
  word: string;
  speaker: string;
}

export class ClipStore {
  readonly root: string;
  private readonly manifest: string | undefined;
  private readonly rows: Record<string, string>[] = [];

  constructor({ folder, config: { data } }: Project) {
    const path = resolve(folder, data.path);
    const isFile = path.endsWith('.csv');
    this.root = isFile ? dirname(path) : path;
    const named = data.manifest ? resolve(folder, data.manifest) : isFile ? path : join(path, MANIFEST_FILE);
    this.manifest = data.source === 'manifest' || existsSync(named) ? named : undefined;
  }

  /** Writes word/speaker_nohash_n.wav with the next free n. @returns its path from the root. @throws KilnError `file-unwritable` */
  add({ label, word, speaker, ...sound }: NewClip): string {
    const folder = join(this.root, word);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${speaker}_nohash_${nextNumber(folder, speaker)}.wav`);
    const bytes = encodeWav(sound);
    writeAtomic(file, bytes);
    const path = relative(this.root, file).split(sep).join('/');
    this.rows.push({ path, label, word, speaker, split: 'train', sha256: sha256(bytes) });
    return path;
  }

  /** Adds the new clips to the manifest, in its own columns. @throws KilnError `manifest-invalid` @returns the manifest, where there is one */
  close(): string | undefined {
    const { manifest, rows } = this;
    if (manifest === undefined || rows.length === 0) return manifest;
    const before = existsSync(manifest) ? readFileSync(manifest, 'utf8').trimEnd() : Object.keys(rows[0]!).join(',');
    const [columns = []] = parse(before, { to_line: 1, bom: true, trim: true }) as string[][];
    if (!columns.includes('path') || !columns.includes('label')) throw headless(manifest);
    writeAtomic(manifest, `${before}\n${stringify(rows, { columns })}`);
    return manifest;
  }
}

/** A name that may stand in a file's: a speaker or a word. @throws KilnError `usage` */
export function checkedName(name: string, option: string): string {
  if (/^[\p{L}\p{N}_-]+$/u.test(name) && !name.includes('_nohash_')) return name;
  const todo = 'Use letters, digits, - and _.';
  throw new KilnError('usage', { where: option, what: `\`${name}\` cannot stand in a file's name`, todo });
}

function nextNumber(folder: string, speaker: string): number {
  const start = `${speaker}_nohash_`;
  const numbers = readdirSync(folder).flatMap((name) =>
    name.startsWith(start) ? [Number.parseInt(name.slice(start.length), 10)] : [],
  );
  return Math.max(-1, ...numbers.filter(Number.isInteger)) + 1;
}

function headless(where: string): KilnError {
  const what = 'its first line does not name the columns path and label';
  return new KilnError('manifest-invalid', { where, what, todo: 'Mend it; the new clips are there already.' });
}
