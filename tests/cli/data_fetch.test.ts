// `kiln data fetch` against a server of its own: interrupted, stubborn, wrong, hostile.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../base/download.js';
import { sha256 } from '../../base/files.js';
import { fetchData } from '../../cli/data_fetching.js';
import { unpackArchive } from '../../trainer/datasets/archive.js';
import { temporaryFolder } from '../trainer/recordings.js';
import { contextFor, kiln } from './kiln.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let archive: string;
let bytes: Buffer;
let servers: Server[] = [];

beforeAll(async () => {
  const folder = temporaryFolder();
  for (const word of ['yes', 'no']) {
    mkdirSync(join(folder, 'set', word), { recursive: true });
    writeFileSync(join(folder, 'set', word, 'a_nohash_0.wav'), Buffer.alloc(90_000, word));
  }
  writeFileSync(
    join(folder, 'set', 'noise'),
    Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 31) >> 7)),
  );
  archive = join(folder, 'set.tar.gz');
  await create({ file: archive, gzip: true, cwd: join(folder, 'set'), portable: true }, ['.']);
  bytes = readFileSync(archive);
});

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function serve(...answers: Answer[]): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range);
    answers[Math.min(asked.length, answers.length) - 1]!(request, response);
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/set.tar.gz`, asked };
}

const whole: Answer = (_request, response) => void response.writeHead(200).end(bytes);

/** Half of what is left, and then the connection breaks. */
const half: Answer = ({ headers }, response) => {
  const from = startOf(headers.range);
  response.writeHead(from ? 206 : 200, rangeHeaders(from));
  response.write(bytes.subarray(from, from + ((bytes.length - from) >> 1)), () => response.destroy());
};

const rest: Answer = ({ headers }, response) => {
  const from = startOf(headers.range);
  response.writeHead(206, rangeHeaders(from)).end(bytes.subarray(from));
};

const startOf = (range: string | undefined) => Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
const rangeHeaders = (from: number) => ({
  'content-length': bytes.length - from,
  'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
});

function job(url: string, folder: string) {
  return {
    ...{ url, file: join(folder, 'got.tar.gz'), bytes: bytes.length, sha256: sha256(bytes) },
    ...{ signal: new AbortController().signal, pauseMs: 1, silenceMs: 2000 },
  };
}

describe('a download', () => {
  it('goes on where the connection broke, as often as that brings something', async () => {
    const folder = temporaryFolder();
    const { url, asked } = await serve(half, half, half, rest);
    const seen: number[] = [];
    await download({ ...job(url, folder), onProgress: (done) => seen.push(done) });
    expect(readFileSync(join(folder, 'got.tar.gz')).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(['got.tar.gz']);
    expect(asked.map(startOf)).toEqual([...asked.map(startOf)].sort((a, b) => a - b));
    expect(asked).toHaveLength(4);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('goes on where an earlier run was ended', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'got.tar.gz.part'), bytes.subarray(0, 1000));
    const { url, asked } = await serve(rest);
    await download(job(url, folder));
    expect(asked).toEqual(['bytes=1000-']);
    expect(readFileSync(join(folder, 'got.tar.gz')).equals(bytes)).toBe(true);
  });

  it('begins anew where the server knows no ranges', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'got.tar.gz.part'), Buffer.alloc(1000));
    await download(job((await serve(whole)).url, folder));
    expect(readFileSync(join(folder, 'got.tar.gz')).equals(bytes)).toBe(true);
  });

  it('tries again after a fault of the server and after silence', async () => {
    const folder = temporaryFolder();
    const busy: Answer = (_request, response) => void response.writeHead(503).end();
    const silent: Answer = () => {};
    const { url, asked } = await serve(busy, silent, whole);
    await download(job(url, folder));
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Answer, RegExp]>([
    [
      'other bytes',
      (_q, r) => void r.end(Buffer.alloc(bytes.length)),
      /SHA-256 is [0-9a-f]{64}, and [0-9a-f]{64} was expected/,
    ],
    ['more bytes', (_q, r) => void r.end(Buffer.concat([bytes, bytes])), /longer than \d+ bytes/],
    ['no such file', (_q, r) => void r.writeHead(404).end(), /answers 404/],
    [
      'a fault for ever',
      (_q, r) => void r.writeHead(500).end(),
      /the server says 500\. Run it again: it goes on from 0 bytes/,
    ],
  ])('refuses %s, and leaves nothing in place', async (_name, answer, message) => {
    const folder = temporaryFolder();
    const { url } = await serve(answer);
    await expect(download(job(url, folder))).rejects.toThrow(message);
    expect(existsSync(join(folder, 'got.tar.gz'))).toBe(false);
  });
});

describe('an archive', () => {
  it('appears as a whole, once', async () => {
    const folder = join(temporaryFolder(), 'data');
    expect(await unpackArchive(archive, folder)).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(['no', 'noise', 'yes']);
    await expect(unpackArchive(archive, folder)).rejects.toThrow(/is there already/);
  });

  it.each<[string, (from: string) => void, string[], RegExp]>([
    ['a link', (from) => symlinkSync('/etc/passwd', join(from, 'evil')), ['evil'], /evil is a SymbolicLink/],
    ['a path that leads out', (from) => writeFileSync(join(from, '..', 'out.wav'), 'x'), ['../out.wav'], /leads out/],
  ])('with %s is refused', async (_name, make, paths, message) => {
    const folder = temporaryFolder();
    const from = join(folder, 'from');
    mkdirSync(from);
    make(from);
    const file = join(folder, 'evil.tar.gz');
    await create({ file, gzip: true, cwd: from, preservePaths: true }, paths);
    await expect(unpackArchive(file, join(folder, 'data'))).rejects.toThrow(message);
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect(existsSync(join(folder, 'data.part'))).toBe(false);
  });

  it('that is too large, cut off, or no archive is refused', async () => {
    const folder = temporaryFolder();
    const into = join(folder, 'data');
    await expect(unpackArchive(archive, into, { entries: 2, bytes: 1e9 })).rejects.toThrow(/more than 2 entries/);
    await expect(unpackArchive(archive, into, { entries: 99, bytes: 1e5 })).rejects.toThrow(/more than 100000 bytes/);
    writeFileSync(join(folder, 'cut.tar.gz'), bytes.subarray(0, bytes.length >> 1));
    writeFileSync(join(folder, 'text.tar.gz'), 'not an archive');
    for (const name of ['cut', 'text']) {
      await expect(unpackArchive(join(folder, `${name}.tar.gz`), into)).rejects.toThrow(/Delete it and fetch it again/);
    }
    expect(existsSync(into)).toBe(false);
  });
});

describe('kiln data fetch', () => {
  const set = () => ({
    ...{ title: 'Words', url: 'http://127.0.0.1:9/', licence: 'CC BY 4.0', citation: 'Somebody, 2020' },
    ...{ bytes: bytes.length, sha256: sha256(bytes) },
  });

  it('fetches, unpacks, says where it is from, and does so once', async () => {
    const folder = join(temporaryFolder(), 'data');
    const { url, asked } = await serve(half, rest);
    const wanted = { set: set(), folder, from: url, keep: false };
    expect(await fetchData(wanted, contextFor(folder))).toEqual({ folder, files: 3 });
    expect(JSON.parse(readFileSync(join(folder, 'SOURCE.json'), 'utf8'))).toMatchObject({ licence: 'CC BY 4.0' });
    expect(existsSync(`${folder}.tar.gz`)).toBe(false);
    expect(await fetchData(wanted, contextFor(folder))).toEqual({ folder, files: 0 });
    expect(asked).toHaveLength(2);
  });

  it('takes a file, and only the right one', async () => {
    const folder = temporaryFolder();
    const into = join(folder, 'data');
    const other = join(folder, 'other.tar.gz');
    writeFileSync(other, 'x');
    await expect(fetchData({ set: set(), folder: into, from: other, keep: false }, contextFor(folder))).rejects.toThrow(
      /SHA-256/,
    );
    expect(await fetchData({ set: set(), folder: into, from: archive, keep: false }, contextFor(folder))).toMatchObject(
      { files: 3 },
    );
    expect(existsSync(archive)).toBe(true);
    mkdirSync(join(folder, 'mine'));
    await expect(
      fetchData({ set: set(), folder: join(folder, 'mine'), from: archive, keep: false }, contextFor(folder)),
    ).rejects.toThrow(/is not what was fetched as Words/);
  });

  it('knows what it can fetch', async () => {
    const { code, err } = await kiln('data', 'fetch', 'librispeech');
    expect(code).toBe(2);
    expect(err).toContain('no data set `librispeech` is known. Name one of: speech-commands.');
  });
});
