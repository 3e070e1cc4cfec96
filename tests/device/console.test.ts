// The console: with a link that says what the test wants, and with a virtual board that goes and comes back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.js';
import { complete } from '../../cli/console.js';
import { KilnError } from '../../base/errors.js';
import { BoardConsole, printable, type ConsoleOptions } from '../../device/console.js';
import type { Link } from '../../device/link.js';
import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import { BOARD, failureOf, Workbench } from './workbench.js';

/** A port that the test talks through and pulls out. */
class TestLink implements Link {
  written = '';
  closed = false;
  private lines: string[] = [];
  private failure: KilnError | undefined;

  constructor(readonly path = '/dev/ttyTest') {}

  say(...lines: string[]): void {
    this.lines.push(...lines);
  }

  pullOut(): void {
    const what = 'the connection to the board was lost: gone';
    this.failure = new KilnError('board-lost', { where: this.path, what, todo: '' }, 'device');
  }

  write(text: string): void {
    this.written += text;
  }

  async readLine(timeoutMs: number): Promise<string | undefined> {
    const end = performance.now() + timeoutMs;
    while (performance.now() < end) {
      const line = this.lines.shift();
      if (line !== undefined) return line;
      if (this.failure) throw this.failure;
      await delay(1);
    }
    return undefined;
  }

  discard(): void {}

  async close(): Promise<void> {
    this.closed = true;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !condition(); await delay(2)) {
    if (performance.now() > end) throw new Error('the condition never came true');
  }
}

async function conversation(open: () => Promise<Link>, options: Partial<ConsoleOptions> = {}) {
  const lines: string[] = [];
  const notices: string[] = [];
  const ending = new AbortController();
  const board = await BoardConsole.start({
    open,
    lineEnd: 'percent',
    onLine: (line) => lines.push(line),
    onNotice: (text) => notices.push(text),
    signal: ending.signal,
    ...options,
  });
  const end = () => {
    ending.abort();
    return board.ended;
  };
  return { board, lines, notices, end };
}

describe('a conversation', () => {
  it('hands on every line, and ends each that is sent', async () => {
    const link = new TestLink();
    const { board, lines, end } = await conversation(async () => link);
    link.say('one', 'two');
    board.send('name');
    board.send('profile%');
    await until(() => lines.length === 2);
    await end();
    expect([lines, link.written, link.closed]).toEqual([['one', 'two'], 'name%profile%', true]);
  });

  it.each([
    ['lf', 'hi\n'],
    ['crlf', 'hi\r\n'],
    ['cr', 'hi\r'],
    ['none', 'hi'],
  ] as const)('ends a line by %s where the firmware wants that', async (lineEnd, expected) => {
    const link = new TestLink();
    const { board, end } = await conversation(async () => link, { lineEnd });
    board.send('hi');
    await end();
    expect(link.written).toBe(expected);
  });

  it('waits for an answer until the board is ready for more', async () => {
    const link = new TestLink();
    const { board, lines, end } = await conversation(async () => link);
    const answered = board.exchange('name', 60_000);
    link.say('m-name-dut-[x]');
    await until(() => lines.length === 1);
    link.say('m-ready');
    expect(await answered).toBe(true);
    expect(await board.exchange('name', 10)).toBe(false);
    await end();
  });

  it('takes a pause for the end, where firmware does not say that it is ready', async () => {
    const link = new TestLink();
    const { board, end } = await conversation(async () => link, { lineEnd: 'lf' });
    link.say('hello');
    expect(await board.exchange('hi', 60_000)).toBe(true);
    await end();
  });

  it('goes on when the board comes back, under another name too', async () => {
    const first = new TestLink();
    const second = new TestLink('/dev/ttyOther');
    const links: (Link | undefined)[] = [first, undefined, undefined, second];
    const open = async () => links.shift() ?? Promise.reject(new Error('not there yet'));
    const { board, lines, notices, end } = await conversation(open);
    first.pullOut();
    await until(() => notices.length === 1);
    board.send('lost words');
    await until(() => notices.includes('connected again: /dev/ttyOther'));
    second.say('m-timestamp-mode-performance', 'm-init-done', 'm-ready');
    board.send('name');
    await until(() => lines.length === 3);
    await end();
    expect([first.closed, second.written]).toEqual([true, 'name%']);
    expect(notices).toEqual([
      'lost the board (gone); waiting for it',
      'not connected: that was not sent',
      'connected again: /dev/ttyOther',
      'the board has started',
    ]);
  });

  it('gives up on a port that never was there', async () => {
    expect(await failureOf(() => conversation(() => Promise.reject(new Error('no such port'))))).toMatchObject({
      message: 'no such port',
    });
  });

  it('asks once about the baud rate where what comes is no text', async () => {
    const link = new TestLink();
    const { lines, notices, end } = await conversation(async () => link);
    link.say('\xf8\x00\xe3\x80x\xfe\xf0\x98\x80', '\xf8\x00\xe3\x80x\xfe\xf0\x98\x80', 'café au lait');
    await until(() => lines.length === 3);
    await end();
    expect(notices).toEqual(['that is not text: is the baud rate right?']);
    expect(lines[2]).toBe('café au lait');
  });

  it('never lets a board move the cursor', () => {
    expect(printable('\x1b[2Jred\tx\x07\x9b')).toBe('\\x1b[2Jred\tx\\x07\\x9b');
  });

  it('completes commands', () => {
    expect(complete('pro')).toEqual([['profile'], 'pro']);
    expect(complete('kiln ')[0]).toEqual(['kiln info', 'kiln output', 'kiln frames']);
    expect(complete('xyz')).toEqual([[], 'xyz']);
  });
});

describe('kiln console on a virtual board', () => {
  const bench = new Workbench();
  let elf: string;
  let port: string;

  beforeAll(async () => {
    ({ elf } = await bench.build());
    ({ port } = await bench.start(elf));
  });
  afterAll(() => bench.clear());

  function sink() {
    const all = { text: '' };
    const stream = new Writable({ write: (chunk: Buffer, _, done) => done(void (all.text += chunk.toString())) });
    return { all, stream };
  }

  function run(stdin: Readable, ...argv: string[]) {
    const [out, err] = [sink(), sink()];
    const shell = { cwd: bench.folder, stdin, stdout: out.stream, stderr: err.stream, env: {} };
    const code = main(['console', '--port', port, ...argv], shell);
    return { out: out.all, err: err.all, code };
  }

  it('answers the lines of a pipe one after the other', async () => {
    const log = join(bench.folder, 'console.log');
    const { out, code } = run(Readable.from(['name%\nprofile\n\nnonsense\n']), '--once', '--log', log);
    expect(await code).toBe(0);
    expect(out.text.split('\n')).toEqual([
      'm-name-dut-[tinykiln]',
      'm-ready',
      'm-profile-[ULPMark for tinyML Firmware V0.0.1]',
      'm-model-[tiny]',
      'm-ready',
      'e-[Unknown command: nonsense]',
      'm-ready',
      '',
    ]);
    const logged = readFileSync(log, 'utf8').split('\n');
    expect(logged[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z - connected to .*\.tty at 115200 baud$/);
    expect(logged[1]).toMatch(/Z > name%$/);
    expect(logged[2]).toMatch(/Z < m-name-dut-\[tinykiln\]$/);
  });

  it('gives machines an object a line, and people the time', async () => {
    const json = run(Readable.from(['name\n']), '--once', '--json');
    expect(await json.code).toBe(0);
    const objects = json.out.text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>); // prettier-ignore
    expect(objects.map(({ time, ...said }) => (expect(time).toMatch(/Z$/), Object.keys(said)[0]))).toEqual([
      'notice',
      'sent',
      'received',
      'received',
    ]);
    const timed = run(Readable.from(['name\n']), '--once', '--timestamps');
    expect(await timed.code).toBe(0);
    expect(timed.out.text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}m-name-dut-\[tinykiln\]\n/);
  });

  it('is 3 where nothing answers, and 2 where there is no port', async () => {
    const silent = run(Readable.from(['name\n']), '--once', '--end', 'lf', '--timeout', '0.2');
    expect(await silent.code).toBe(3);
    expect(silent.err.text).toContain('no answer to `name` within 0.2 s');
    const missing = run(Readable.from([]), '--once', '--port', '/dev/ttyNowhere');
    expect(await missing.code).toBe(2);
  });

  it('stays while the board is flashed anew, until Ctrl-C', async () => {
    const stdin = new PassThrough();
    const { out, err, code } = run(stdin, '--timeout', '0.5');
    await until(() => err.text.includes('connected to'));
    await stopVirtualBoard(bench.virtual, BOARD.name);
    await until(() => err.text.includes('lost the board'));
    await bench.start(elf);
    await until(() => err.text.includes('connected again'));
    // What reaches a board that still starts is lost.
    const asking = setInterval(() => stdin.write('%name\n'), 500);
    await until(() => out.text.includes('m-name-dut-[tinykiln]'));
    clearInterval(asking);
    stdin.end();
    process.emit('SIGINT');
    expect(await code).toBe(0);
  });
});
