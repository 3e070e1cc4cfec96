// Files from the web: resumed where they stopped, checked by length and SHA-256, and in their place only when they are whole.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, messageOf } from './errors.js';

export interface Download {
  url: string;
  /** Where the whole file goes; what has come of it lies beside it, as `.part`. */
  file: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  signal: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  /** Before the next try. Left out: 1 s, then twice as long each time. */
  pauseMs?: number;
  /** Without a byte, after which a connection is given up. Left out: 30 s. */
  silenceMs?: number;
}

const TRIES = 5;

/**
 * Goes on with a part that is there; a server that knows no ranges sends it all again.
 * @throws KilnError `download-failed` where tries bring nothing, `download-refused`, `download-differs` where it is not the
 * file that was expected (it is deleted), `disk-full`
 */
export async function download(wanted: Download): Promise<void> {
  const part = `${wanted.file}.part`;
  for (let failures = 0; sizeOf(part) < wanted.bytes;) {
    checkSpace(wanted, sizeOf(part));
    const before = sizeOf(part);
    const failure = await fetchRest(wanted, part);
    wanted.signal.throwIfAborted();
    if (!failure) continue;
    failures = sizeOf(part) > before ? 1 : failures + 1;
    if (failures >= TRIES) throw failed(wanted, part, failure);
    await delay((wanted.pauseMs ?? 1000) * 2 ** (failures - 1), undefined, { signal: wanted.signal });
  }
  await check(wanted, part);
  renameSync(part, wanted.file);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** One connection. @returns why it ended too early; undefined where it did not */
async function fetchRest(wanted: Download, part: string): Promise<string | undefined> {
  const abort = new AbortController();
  const signal = AbortSignal.any([wanted.signal, abort.signal]);
  const silence = setTimeout(() => abort.abort(new Error('the server went silent')), wanted.silenceMs ?? 30_000);
  try {
    const have = sizeOf(part);
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const answer = await fetch(wanted.url, { headers, signal });
    if (answer.status >= 500) return `the server says ${answer.status}`;
    const from = startOf(answer, have, wanted);
    let done = from;
    const count = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        silence.refresh();
        if ((done += chunk.length) > wanted.bytes) throw await tooLong(wanted, part);
        wanted.onProgress?.(done, wanted.bytes);
        yield chunk;
      }
    };
    const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    await pipeline(body, count, createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }), { signal });
    return done < wanted.bytes ? `the connection ended after ${done} of ${wanted.bytes} bytes` : undefined;
  } catch (error) {
    if (error instanceof KilnError) throw error;
    return abort.signal.aborted ? messageOf(abort.signal.reason) : messageOf((error as Error).cause ?? error);
  } finally {
    clearTimeout(silence);
  }
}

/** The byte that the answer begins with. @throws KilnError `download-refused` */
function startOf(answer: Response, have: number, { url }: Download): number {
  if (answer.status === 200 && answer.body) return 0;
  const range = /^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '');
  if (answer.status === 206 && answer.body && range && Number(range[1]) === have) return have;
  const what = `the server answers ${answer.status} ${answer.statusText}`.trim();
  throw new KilnError('download-refused', {
    where: url,
    what,
    todo: 'Check the address, or name a mirror or a file with --from.',
  });
}

async function tooLong(wanted: Download, part: string): Promise<KilnError> {
  rmSync(part, { force: true });
  return differs(wanted, `it is longer than ${wanted.bytes} bytes`);
}

/** @throws KilnError `download-differs` */
async function check(wanted: Download, part: string): Promise<void> {
  const found = await hashOfFile(part);
  if (found === wanted.sha256) return;
  rmSync(part, { force: true });
  throw differs(wanted, `its SHA-256 is ${found}, and ${wanted.sha256} was expected`);
}

function differs({ url }: Download, what: string): KilnError {
  const todo = 'Fetch it again; if it stays so, the server has another file: name a mirror with --from.';
  return new KilnError('download-differs', { where: url, what, todo });
}

function failed({ url }: Download, part: string, what: string): KilnError {
  const todo = `Run it again: it goes on from ${sizeOf(part)} bytes.`;
  return new KilnError('download-failed', { where: url, what, todo });
}

function checkSpace({ file, bytes }: Download, have: number): void {
  const { bavail, bsize } = statfsSync(dirname(file));
  const free = bavail * bsize;
  if (free >= bytes - have) return;
  const what = `${Math.floor(free / 2 ** 20)} MiB are free, and ${Math.ceil((bytes - have) / 2 ** 20)} MiB are needed`;
  throw new KilnError('disk-full', { where: dirname(file), what, todo: 'Make room, or name another folder.' });
}

/** SHA-256 in hex, without holding the file in memory. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
