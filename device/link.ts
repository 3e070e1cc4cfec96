// One serial connection: bytes or lines, every wait bounded, opened again where the board comes back. It does not know
// what it talks to.
import { realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { SerialPort } from 'serialport';
import { KilnError, messageOf } from '../base/errors.js';
import { portUsers } from './port_access.js';

/** What text needs of a connection: a serial port, or something else in a test. */
export interface Link {
  /** The port, as errors name it. */
  readonly path: string;
  /** Queues text; a failure shows at the next readLine(). */
  write(text: string): void;
  /** The next line without its end, or undefined after the time. @throws KilnError `board-lost`, `link-garbage`: fault device. */
  readLine(timeoutMs: number): Promise<string | undefined>;
  /** Forgets what was received and not read. */
  discard(): void;
  /** Never throws; what waits for a line is told that the port was closed. */
  close(): Promise<void>;
}

/** What frames need beside it. */
export interface ByteLink extends Link {
  write(data: string | Uint8Array): void;
  /** All that was received and not read, or undefined after the time. @throws KilnError as readLine(). */
  read(timeoutMs: number): Promise<Buffer | undefined>;
  /** Whether the port that was opened is not there any more, also where the system has not said so yet. */
  isGone(): boolean;
  /** Opens the port again, wherever it is by then. @throws KilnError `board-lost` after the time. */
  reopen(timeoutMs: number): Promise<void>;
  setBaudRate(baudRate: number): Promise<void>;
}

export function carriesBytes(link: Link): link is ByteLink {
  return 'reopen' in link;
}

export interface LinkOptions {
  baudRate?: number;
  /** How long to try where the port is missing or taken: a board that was just plugged in may still be claimed by others. */
  patienceMs?: number;
  /** Where the board's port is now: a board that comes back may get another name. Throws where there is none to be opened. */
  locate?: () => Promise<string | undefined>;
}

/** Of text or bytes that nobody reads: an output tensor of half a million bytes is a line of 1 MiB. */
const MAX_UNREAD = 4 << 20;
const CLOSE_TIMEOUT_MS = 1000;
const RETRY_MS = 100;

/** @throws KilnError `port-missing`, `port-busy`, `port-denied`, `port-unusable`: fault user. */
export async function openLink(path: string, options: LinkOptions = {}): Promise<ByteLink> {
  const link = new SerialLink(path, options);
  await link.open(options.patienceMs ?? 0);
  return link;
}

class SerialLink implements ByteLink {
  private unread = '';
  /** Where the next end of a line may be. */
  private searched = 0;
  private failure: KilnError | undefined;
  private closed = false;
  private wake: (() => void) | undefined;
  private port: SerialPort | undefined;
  private device = '';
  private baudRate: number;

  constructor(
    public path: string,
    private readonly options: LinkOptions,
  ) {
    this.baudRate = options.baudRate ?? 115200;
  }

  async open(patienceMs: number): Promise<void> {
    const end = performance.now() + patienceMs;
    for (;;) {
      try {
        return await this.attach();
      } catch (error) {
        if (this.closed || performance.now() >= end) throw error;
      }
      await delay(RETRY_MS);
    }
  }

  write(data: string | Uint8Array): void {
    if (this.failure) return;
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    const { port } = this;
    port?.write(bytes as Buffer, (error) => {
      if (error && port === this.port) this.fail(lost(this.path, messageOf(error)));
    });
  }

  readLine(timeoutMs: number): Promise<string | undefined> {
    return this.wait(timeoutMs, () => this.nextLine());
  }

  read(timeoutMs: number): Promise<Buffer | undefined> {
    return this.wait(timeoutMs, () => {
      const bytes = Buffer.from(this.unread, 'latin1');
      this.discard();
      return bytes.length > 0 ? bytes : undefined;
    });
  }

  discard(): void {
    this.unread = '';
    this.searched = 0;
  }

  isGone(): boolean {
    return deviceAt(this.path) !== this.device;
  }

  async reopen(timeoutMs: number): Promise<void> {
    await this.detach();
    this.discard();
    try {
      await this.open(timeoutMs);
    } catch (error) {
      if (this.closed) throw this.failure!;
      throw lost(this.path, `it did not come back within ${timeoutMs / 1000} s (${problemOf(error)})`);
    }
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.baudRate = baudRate;
    const { port } = this;
    await new Promise<void>((resolve, reject) => {
      port!.update({ baudRate }, (error) => (error ? reject(lost(this.path, messageOf(error))) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.fail(lost(this.path, 'the port was closed'));
    await this.detach();
  }

  private async attach(): Promise<void> {
    if (this.closed) throw this.failure!;
    this.path = (await this.options.locate?.()) ?? this.path;
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path: this.path, baudRate: this.baudRate, autoOpen: false });
    // Without a listener, a late failure (a write that close() cancels) would end the process.
    port.on('error', () => {});
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(openError(this.path, error)) : resolve()));
    });
    this.port = port;
    this.device = deviceAt(this.path);
    if (!this.closed) this.failure = undefined;
    const current = () => port === this.port;
    port.on('data', (chunk: Buffer) => current() && this.receive(chunk.toString('latin1')));
    port.on('error', (error) => current() && this.fail(lost(this.path, messageOf(error))));
    port.on('close', () => current() && this.fail(lost(this.path, 'the port was closed')));
  }

  private detach(): Promise<void> {
    const { port } = this;
    this.port = undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      if (port?.isOpen) port.close(done);
      else done();
    });
  }

  private receive(text: string): void {
    this.unread += text;
    if (this.unread.length > MAX_UNREAD) this.fail(garbage(this.path));
    this.wake?.();
  }

  private nextLine(): string | undefined {
    const end = this.unread.indexOf('\n', this.searched);
    if (end < 0) {
      this.searched = this.unread.length;
      return undefined;
    }
    const line = this.unread.slice(0, end).replace(/\r$/, '');
    this.unread = this.unread.slice(end + 1);
    this.searched = 0;
    return line;
  }

  private fail(error: KilnError): void {
    this.failure ??= error;
    this.wake?.();
  }

  /** What `take` finds now or after some event of the port, or undefined after the time. */
  private async wait<T>(timeoutMs: number, take: () => T | undefined): Promise<T | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = take();
      if (found !== undefined) return found;
      if (this.failure) throw this.failure;
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.news(left);
    }
  }

  /** Resolves at the next event of the port, or after the time. */
  private news(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}

/** What a path leads to: a link may be put in place again while what it led to is still open. */
function deviceAt(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return '';
  }
}

const LIST = '`kiln ports` lists the ports there are.';

export function openError(path: string, cause: Error): KilnError {
  const problem = (code: string, what: string, todo: string) =>
    new KilnError(code, { where: `port ${path}`, what, todo }, 'user', { cause });
  const { message } = cause;
  if (/no such file|file not found|ENOENT|no such device/i.test(message)) {
    return problem(
      'port-missing',
      'no such port',
      `Plug the board in, or start a virtual one with \`kiln flash\`; ${LIST}`,
    );
  }
  if (/cannot lock port|access denied|busy/i.test(message)) {
    const users = (portUsers([path]).get(path) ?? []).map(({ program, pid }) => `${program} (process ${pid})`);
    const names = users.length > 0 ? `: ${users.join(', ')}` : '';
    const todo = 'Close that program (a serial monitor, another `kiln`).';
    return problem('port-busy', `another program has it open${names}`, todo);
  }
  if (/permission denied|EACCES/i.test(message)) {
    const todo = 'Join the group that owns it (on Debian: `sudo usermod -aG dialout $USER`, then log in anew).';
    return problem('port-denied', 'you may not open it', todo);
  }
  return problem('port-unusable', `it cannot be opened as a serial port: ${message}`, LIST);
}

function problemOf(error: unknown): string {
  return error instanceof KilnError ? error.problem.what : messageOf(error);
}

export function lost(path: string, why: string): KilnError {
  const what = `the connection to the board was lost: ${why}`;
  const todo = 'Check the cable and the power, or start the virtual board again with `kiln flash`.';
  return new KilnError('board-lost', { where: `port ${path}`, what, todo }, 'device');
}

function garbage(path: string): KilnError {
  const what = 'the board sends more than any answer of this protocol has';
  return new KilnError(
    'link-garbage',
    { where: `port ${path}`, what, todo: 'Check that it is the right port.' },
    'device',
  );
}
