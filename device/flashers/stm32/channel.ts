// Bytes to and from a boot loader, with a clock of its own, so that a test can do without real time.
import { setTimeout as delay } from 'node:timers/promises';
import type { SerialPort } from 'serialport';
import { messageOf } from '../../../base/errors.js';
import { lost, openError } from '../../link.js';

export interface ByteChannel {
  /** The port, as errors name it. */
  readonly path: string;
  /** Sends; a failure shows at the next read(). */
  write(bytes: Uint8Array): void;
  /** The next `count` bytes, or undefined where they have not all come in time. @throws KilnError `board-lost` */
  read(count: number, timeoutMs: number): Promise<Uint8Array | undefined>;
  /** How many bytes are received and not read. */
  pending(): number;
  /** Forgets what is received and not read. */
  discard(): void;
  now(): number;
  wait(ms: number): Promise<void>;
  /** The modem lines: asserted is a low level at the pin. @throws KilnError `lines-unsupported` */
  setLines(lines: Lines): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

export interface Lines {
  dtr: boolean;
  rts: boolean;
}

export interface SerialSettings {
  baudRate: number;
  parity: 'even' | 'none';
}

const CLOSE_TIMEOUT_MS = 1000;

/** @throws KilnError `port-missing`, `port-busy`, `port-denied`, `port-unusable` */
export async function openSerialChannel(path: string, settings: SerialSettings): Promise<ByteChannel> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, ...settings, autoOpen: false });
  // Without a listener, a late failure (a write that close() cancels) would end the process.
  port.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openError(path, error)) : resolve()));
  });
  return new SerialChannel(path, port);
}

class SerialChannel implements ByteChannel {
  private received = Buffer.alloc(0);
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(
    readonly path: string,
    private readonly port: SerialPort,
  ) {
    port.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake?.();
    });
    port.on('error', (error) => this.fail(error));
    port.on('close', () => this.fail(new Error('the port was closed')));
  }

  write(bytes: Uint8Array): void {
    if (this.failure) return;
    this.port.write(Buffer.from(bytes), (error) => {
      if (error) this.fail(error);
    });
  }

  async read(count: number, timeoutMs: number): Promise<Uint8Array | undefined> {
    const end = this.now() + timeoutMs;
    while (this.received.length < count) {
      if (this.failure) throw lost(this.path, messageOf(this.failure));
      const left = end - this.now();
      if (left <= 0) return undefined;
      await this.news(left);
    }
    const bytes = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return bytes;
  }

  pending(): number {
    return this.received.length;
  }

  discard(): void {
    this.received = Buffer.alloc(0);
  }

  now(): number {
    return performance.now();
  }

  async wait(ms: number): Promise<void> {
    await delay(ms);
  }

  async setLines({ dtr, rts }: Lines): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.port.set({ dtr, rts }, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): Promise<void> {
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

  private fail(error: Error): void {
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
