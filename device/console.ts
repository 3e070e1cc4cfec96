// A conversation with a board: every line it sends, commands to it, and a connection that is made anew whenever it is lost.
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, messageOf } from '../base/errors.js';
import { carriesBytes, type Link } from './link.js';

/** What ends a command on the wire. */
export const LINE_ENDS = { percent: '%', lf: '\n', crlf: '\r\n', cr: '\r', none: '' } as const;

export type LineEnd = keyof typeof LINE_ENDS;

export interface ConsoleOptions {
  /** Opens the port, wherever it is by now. */
  open: () => Promise<Link>;
  lineEnd: LineEnd;
  onLine: (line: string) => void;
  /** Of the connection: lost, back, the board restarted. */
  onNotice: (text: string) => void;
  signal: AbortSignal;
}

/** How long a line is waited for before the connection and the signal are looked at. */
const POLL_MS = 200;
const RETRY_MS = 300;
/** Between two lines of one answer there is less. */
const QUIET_MS = 500;
const STEP_MS = 5;
/** What MLPerf Tiny's firmware says when it is ready, after each command and at its start. */
const READY = 'm-ready';
const STARTED = 'm-init-done';
/** Lines that are mostly unreadable: with fewer characters that says nothing. */
const GARBAGE_LENGTH = 8;

export class BoardConsole {
  private link: Link | undefined;
  private readonly running: Promise<void>;
  private suspected = false;
  private hear: ((line: string) => void) | undefined;

  private constructor(
    first: Link,
    private readonly options: ConsoleOptions,
  ) {
    this.link = first;
    this.running = this.listen(first);
  }

  /** @throws KilnError of a port that cannot be opened: only a connection that once was there is waited for. */
  static async start(options: ConsoleOptions): Promise<BoardConsole> {
    return new BoardConsole(await options.open(), options);
  }

  /** Resolves when the signal has ended it and the port is closed. */
  get ended(): Promise<void> {
    return this.running;
  }

  /** Sends a line, its end added where it lacks one. */
  send(line: string): void {
    const end = LINE_ENDS[this.options.lineEnd];
    if (!this.link) this.options.onNotice('not connected: that was not sent');
    else this.link.write(line.endsWith(end) ? line : `${line}${end}`);
  }

  /**
   * Sends a line and waits until the board is ready for another: when it says so, or without such a protocol when it has
   * said something and falls quiet.
   * @param silenceMs of the board, after which it is not waited for.
   * @returns whether it said anything.
   */
  async exchange(line: string, silenceMs: number): Promise<boolean> {
    const speaks = this.options.lineEnd === 'percent';
    let heard = 0;
    let ready = false;
    this.hear = (text) => {
      heard++;
      ready ||= speaks && text === READY;
    };
    this.send(line);
    for (let before = -1; !ready && heard !== before;) {
      before = heard;
      const patience = heard > 0 && !speaks ? QUIET_MS : silenceMs;
      await this.until(() => ready || heard !== before, patience);
    }
    this.hear = undefined;
    return heard > 0;
  }

  private async until(condition: () => boolean, timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!condition() && performance.now() < end && !this.options.signal.aborted) await delay(STEP_MS);
  }

  private async listen(first: Link): Promise<void> {
    for (let link: Link | undefined = first; link; link = await this.reopened()) {
      this.link = link;
      const why = await this.receive(link);
      this.link = undefined;
      await link.close();
      if (why) this.options.onNotice(`lost the board (${why}); waiting for it`);
    }
  }

  /** Hands on lines until the connection is lost, and says why; undefined where the signal ends it. */
  private async receive(link: Link): Promise<string | undefined> {
    this.suspected = false;
    try {
      while (!this.options.signal.aborted) {
        const line = await link.readLine(POLL_MS);
        if (line !== undefined) this.take(line);
        else if (carriesBytes(link) && link.isGone()) return 'its port is gone';
      }
      return undefined;
    } catch (error) {
      return error instanceof KilnError ? error.problem.what.replace(/^.*lost: /, '') : messageOf(error);
    }
  }

  private take(line: string): void {
    const { onLine, onNotice } = this.options;
    onLine(printable(line));
    this.hear?.(line);
    if (line === STARTED) onNotice('the board has started');
    if (!this.suspected && isGarbage(line)) {
      this.suspected = true;
      onNotice('that is not text: is the baud rate right?');
    }
  }

  /** Tries until the port opens; undefined where the signal ends it. */
  private async reopened(): Promise<Link | undefined> {
    const { signal, open, onNotice } = this.options;
    while (!signal.aborted) {
      const link = await open().catch(() => undefined);
      if (link) {
        onNotice(`connected again: ${link.path}`);
        return link;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }
}

// eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** A line as a terminal may be given it: what would move its cursor or colour it is spelled out. */
export function printable(line: string): string {
  return line.replace(UNPRINTABLE, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function isGarbage(line: string): boolean {
  const odd = line.replace(/[\x20-\x7e\t]/g, '').length;
  return line.length >= GARBAGE_LENGTH && odd > line.length / 3;
}
