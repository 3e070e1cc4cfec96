// `kiln data fetch`: a published data set, downloaded, checked and unpacked.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { download, hashOfFile } from '../base/download.js';
import { KilnError } from '../base/errors.js';
import { writeAtomic } from '../base/files.js';
import { PUBLISHED, type Published } from '../trainer/datasets/published.js';
import { unpackArchive } from '../trainer/datasets/archive.js';
import type { Context } from './context.js';

/** In the folder: what it was fetched from. */
const SOURCE_FILE = 'SOURCE.json';

export interface Fetching {
  set: Published;
  folder: string;
  /** A mirror's address or a file, instead of the publisher's. */
  from?: string | undefined;
  /** Whether the archive stays beside the folder. */
  keep: boolean;
}

export interface Fetched {
  folder: string;
  /** 0 where it was there already. */
  files: number;
}

/** @throws KilnError `folder-exists`, and those of download and archive */
export async function fetchData({ set, folder, from, keep }: Fetching, context: Context): Promise<Fetched> {
  if (isThere(folder, set)) return { folder, files: 0 };
  if (existsSync(folder)) throw occupied(folder, set);
  const archive = await archiveOf(set, folder, from, context);
  context.reporter.step(`unpack ${basename(archive.path)}`);
  const files = await unpackArchive(archive.path, folder);
  const { title, url, sha256, licence, citation } = set;
  writeAtomic(join(folder, SOURCE_FILE), `${JSON.stringify({ title, url, sha256, licence, citation }, null, 2)}\n`);
  if (archive.fetched && !keep) rmSync(archive.path);
  return { folder, files };
}

/** @throws KilnError `data-unknown` */
export function publishedSet(name: string): Published {
  const known = Object.hasOwn(PUBLISHED, name) ? PUBLISHED[name] : undefined;
  if (known) return known;
  const todo = `Name one of: ${Object.keys(PUBLISHED).join(', ')}.`;
  throw new KilnError('data-unknown', { where: 'command line', what: `no data set \`${name}\` is known`, todo });
}

function isThere(folder: string, { sha256 }: Published): boolean {
  const path = join(folder, SOURCE_FILE);
  return existsSync(path) && readFileSync(path, 'utf8').includes(sha256);
}

function occupied(folder: string, { title }: Published): KilnError {
  const what = `it is there, and is not what was fetched as ${title}`;
  return new KilnError('folder-exists', { where: folder, what, todo: 'Name another folder with --output.' });
}

async function archiveOf(set: Published, folder: string, from: string | undefined, context: Context) {
  const { reporter, cwd, signal } = context;
  if (from !== undefined && !/^https?:/i.test(from))
    return { path: await checkedFile(resolve(cwd, from), set), fetched: false };
  const url = from ?? set.url;
  const path = `${folder}.tar.gz`;
  mkdirSync(dirname(path), { recursive: true });
  reporter.step(`fetch ${set.title} (${set.licence}) from ${new URL(url).host}`);
  const { bytes, sha256 } = set;
  const onProgress = (done: number, total: number) =>
    reporter.progress('fetch', megabytes(done), megabytes(total), 'MB');
  if (existsSync(path)) return { path: await checkedFile(path, set), fetched: true };
  await download({ url, file: path, bytes, sha256, signal, onProgress });
  return { path, fetched: true };
}

async function checkedFile(path: string, { sha256 }: Published): Promise<string> {
  if (!existsSync(path)) {
    throw new KilnError('file-unreadable', {
      where: path,
      what: 'no such file',
      todo: 'Name the archive with --from.',
    });
  }
  const found = await hashOfFile(path);
  if (found === sha256) return path;
  const what = `its SHA-256 is ${found}, and ${sha256} was expected`;
  throw new KilnError('download-differs', { where: path, what, todo: 'Fetch it again: this is another file.' });
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
