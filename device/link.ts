// One serial connection: text out, lines in, every wait bounded. It does not know what it talks to.
import type { SerialPort } from 'serialport';
import { KilnError, messageOf } from '../base/errors.js';

/** What the protocol needs of a connection: a serial port, or something else in a test. */
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

export interface LinkOptions {
  baudRate?: number;
}

/** Longest line that a board may send: an output tensor of half a million bytes. */
const MAX_LINE = 1 << 20;
const MAX_LINES = 1 << 16;
const CLOSE_TIMEOUT_MS = 1000;

/** @throws KilnError `port-missing`, `port-busy`, `port-denied`, `port-unusable`: fault user. */
export async function openLink(path: string, { baudRate = 115200 }: LinkOptions = {}): Promise<Link> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  // Without a listener, a late failure (a write that close() cancels) would end the process.
  port.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openError(path, error)) : resolve()));
  });
  return new SerialLink(path, port);
}

class SerialLink implements Link {
  private partial = '';
  private lines: string[] = [];
  private failure: KilnError | undefined;
  private wake: (() => void) | undefined;

  constructor(
    readonly path: string,
    private readonly port: SerialPort,
  ) {
    port.on('data', (chunk: Buffer) => this.receive(chunk.toString('latin1')));
    port.on('error', (error) => this.fail(lost(path, messageOf(error))));
    port.on('close', () => this.fail(lost(path, 'the port was closed')));
  }

  write(text: string): void {
    if (this.failure) return;
    this.port.write(text, 'latin1', (error) => {
      if (error) this.fail(lost(this.path, messageOf(error)));
    });
  }

  async readLine(timeoutMs: number): Promise<string | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const line = this.lines.shift();
      if (line !== undefined) return line;
      if (this.failure) throw this.failure;
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.news(left);
    }
  }

  discard(): void {
    this.lines = [];
    this.partial = '';
  }

  close(): Promise<void> {
    this.fail(lost(this.path, 'the port was closed'));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.port.isOpen) this.port.close(done);
      else done();
    });
  }

  private receive(text: string): void {
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop()!;
    for (const line of lines) this.lines.push(line.replace(/\r$/, ''));
    if (this.partial.length > MAX_LINE || this.lines.length > MAX_LINES) this.fail(garbage(this.path));
    this.wake?.();
  }

  private fail(error: KilnError): void {
    this.failure ??= error;
    this.wake?.();
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
    return problem(
      'port-busy',
      'another program has it open',
      'Close that program (a serial monitor, another `kiln`).',
    );
  }
  if (/permission denied|EACCES/i.test(message)) {
    const todo = 'Join the group that owns it (on Debian: `sudo usermod -aG dialout $USER`, then log in anew).';
    return problem('port-denied', 'you may not open it', todo);
  }
  return problem('port-unusable', `it cannot be opened as a serial port: ${message}`, LIST);
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
