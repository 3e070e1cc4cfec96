// A board by frames: its memory, inferences, layers and stack, followed through resets and unplugged cables.
import { crc32 } from 'node:zlib';
import { KilnError } from '../base/errors.js';
import type { ByteLink } from './link.js';
import { baud, bye, check, piece, reads, reset, run, stack, stream, writes } from './requests.js';
import type { Hello, Region, Request, Span } from './requests.js';
import { Session, type SessionOptions } from './session.js';

/** What the line did, and how often the board had to be found again. */
export interface LinkCounts {
  sent: number;
  resent: number;
  damaged: number;
  restarts: number;
}

/** In one piece of work: a board that starts anew more often does so because of it. */
const MAX_RESTARTS = 5;
/** Reads of what is missing, none of which brings anything. */
const MAX_BARREN_READS = 20;
/** How long a board is asked whether it is heard at a new speed, and after how long it has given that up. */
const [SPEED_MS, SPEED_GIVEN_UP_MS] = [500, 3000];

export class FrameClient {
  private restarts = 0;
  /** The speed to return to, where another is in force. */
  private usualBaud: number | undefined;

  private constructor(
    private readonly session: Session,
    private readonly options: SessionOptions,
    private readonly first: Hello,
  ) {}

  /** @throws KilnError `board-silent`, `link-noisy`, `board-lost` */
  static async connect(link: ByteLink, options: SessionOptions): Promise<FrameClient> {
    const session = new Session(link, options);
    return new FrameClient(session, options, await session.greet());
  }

  get path(): string {
    return this.session.link.path;
  }

  /** What the board said of itself. */
  get hello(): Hello {
    return this.first;
  }

  get counts(): LinkCounts {
    return { ...this.session.counts, restarts: this.restarts };
  }

  /** Changes with each restart: what the board's memory held before is lost. */
  get epoch(): number {
    return this.restarts;
  }

  /**
   * Does a piece of work; does it anew where the board started anew or its port went away and came back.
   * @throws KilnError `board-lost` where it does not come back, `board-resets` where that goes on, `firmware-changed`
   * where another firmware came back; and what the work throws
   */
  async persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const code = error instanceof KilnError ? error.code : '';
        if (!this.canFindAgain(code)) throw error;
        if (attempt === MAX_RESTARTS) throw this.resets(error as KilnError);
        await this.findAgain(code === 'board-lost');
      }
    }
  }

  /** Writes to the input or the arena. @throws KilnError of Session.exchange() */
  async write(region: Region, offset: number, data: Int8Array | Uint8Array): Promise<void> {
    await this.session.exchange(writes(region, offset, bytesOf(data), this.hello.payload));
  }

  /** @throws KilnError of Session.exchange(), `link-noisy` */
  async read(region: Region, offset: number, length: number): Promise<Uint8Array> {
    const target = new Target(region, offset, length);
    return this.complete(target, await this.session.exchange(target.requests()));
  }

  /** CRC-32 of a part of a region, which the board computes. */
  async check(region: Region, offset: number, length: number): Promise<number> {
    const [[answer]] = (await this.session.exchange([check(region, { offset, length })])) as [[Uint8Array]];
    return Buffer.from(answer).readUInt32LE(0);
  }

  /** One inference: the input out, the output in, all under way at once. */
  async infer(input: Int8Array): Promise<{ output: Int8Array; ticks: number }> {
    const target = new Target('output', 0, this.hello.outputSize);
    const sent = writes('input', 0, bytesOf(input), this.hello.payload);
    const answers = await this.session.exchange([...sent, run(), ...target.requests()]);
    const ticks = this.ticksOf(answers[sent.length]!, 'an inference');
    const output = await this.complete(target, answers.slice(sent.length + 1));
    return { output: new Int8Array(output.buffer, output.byteOffset, output.length), ticks };
  }

  /** Runs one layer. @returns CRC-32 of each of these parts of the arena after it */
  async runLayer(number: number, spans: readonly Span[]): Promise<number[]> {
    const request = run(number, number + 1);
    const [ran, ...checks] = await this.session.exchange([request, ...spans.map((span) => check('arena', span))]);
    this.ticksOf(ran!, request.what);
    return checks.map(([answer]) => Buffer.from(answer!).readUInt32LE(0));
  }

  /** What the firmware listens to, in bytes. @throws KilnError `board-refused` where it does not know streams */
  async stream(): Promise<Uint8Array> {
    const [[answer]] = (await this.session.exchange([stream])) as [[Uint8Array]];
    return answer;
  }

  /** A `feed` or `feedPacked`. @returns bytes taken since reset() (4), and the results that they completed */
  async feed(request: Request): Promise<Uint8Array> {
    const [[answer]] = (await this.session.exchange([request])) as [[Uint8Array]];
    return answer;
  }

  /** Clears the model's state, where it has one, and the stream. */
  async reset(): Promise<void> {
    await this.session.exchange([reset]);
  }

  /** Bytes of the stack that were in use at any time since the start; undefined where the port cannot tell. */
  async stackUsed(): Promise<number | undefined> {
    const [[answer]] = (await this.session.exchange([stack])) as [[Uint8Array]];
    return Buffer.from(answer).readUInt32LE(0) || undefined;
  }

  /** Proposes a speed, and returns to `usual` where the board is not heard at it. @returns the speed in force */
  async setBaudRate(baudRate: number, usual: number): Promise<number> {
    const [[answer]] = (await this.session.exchange([baud(baudRate)])) as [[Uint8Array]];
    if (answer[0] !== 1) return usual;
    const { link } = this.session;
    await link.setBaudRate(baudRate);
    try {
      await this.session.knock(SPEED_MS);
      this.usualBaud = usual;
      return baudRate;
    } catch (error) {
      if (error instanceof KilnError && error.code === 'board-lost') throw error;
    }
    await link.setBaudRate(usual);
    await this.session.greet(this.options.timeoutMs + SPEED_GIVEN_UP_MS);
    return usual;
  }

  /** Ends the session: the board is as a plain runner expects it. Never throws. */
  async leave(): Promise<void> {
    await this.session.exchange([bye]).catch(() => {});
  }

  /** Reads again what of a read got lost. */
  private async complete(target: Target, answers: Uint8Array[][]): Promise<Uint8Array> {
    let barren = target.take(answers) ? 0 : 1;
    while (!target.isWhole()) {
      if (barren > MAX_BARREN_READS) throw this.noisy(target);
      barren = target.take(await this.session.exchange(target.requests())) ? 0 : barren + 1;
    }
    return target.bytes;
  }

  private ticksOf([answer]: Uint8Array[], what: string): number {
    const bytes = Buffer.from(answer!);
    if (bytes.length === 9 && bytes[0] === 0) return Number(bytes.readBigUInt64LE(1));
    const found = bytes.length === 9 ? 'the engine reports an error' : `an answer of ${bytes.length} B`;
    throw this.problem('board-refused', `${what} failed: ${found}`);
  }

  /** A board that starts anew does so at its usual speed. */
  private canFindAgain(code: string): boolean {
    if (code === 'board-reset' || code === 'board-lost') return true;
    return (code === 'board-silent' || code === 'link-noisy') && this.usualBaud !== undefined;
  }

  private async findAgain(isLost: boolean): Promise<void> {
    this.restarts++;
    if (this.usualBaud !== undefined) await this.session.link.setBaudRate(this.usualBaud).catch(() => {});
    this.usualBaud = undefined;
    if (isLost) await this.session.link.reopen(this.options.timeoutMs);
    const hello = await this.session.greet();
    if (hello.build === this.first.build && hello.model === this.first.model) return;
    const what = `the firmware ${this.first.build} ran here, and ${hello.build} came back`;
    throw this.problem('firmware-changed', what, 'Leave the board alone during a validation, or start it anew.');
  }

  private resets({ problem }: KilnError): KilnError {
    const what = `the board started anew ${MAX_RESTARTS + 1} times during the same work (${problem.what})`;
    return this.problem('board-resets', what, 'Check its power, and whether this input makes the firmware fault.');
  }

  private noisy({ region }: Target): KilnError {
    const what = `a part of the ${region} does not come through, however often it is asked for`;
    return this.problem('link-noisy', what, 'Check cable and ground, or use a lower --speed.');
  }

  private problem(code: string, what: string, todo = 'Build and flash the firmware anew.'): KilnError {
    return new KilnError(code, { where: `port ${this.path}`, what, todo }, 'device');
  }
}

/** A part of the board's memory as it arrives, in pieces that may be missing. */
class Target {
  readonly bytes: Uint8Array;
  private missing: Span[];

  constructor(
    readonly region: Region,
    private readonly offset: number,
    length: number,
  ) {
    this.bytes = new Uint8Array(length);
    this.missing = length > 0 ? [{ offset, length }] : [];
  }

  requests(): Request[] {
    return this.missing.flatMap((span) => reads(this.region, span));
  }

  isWhole(): boolean {
    return this.missing.length === 0;
  }

  /** @returns whether the answers brought anything that was missing */
  take(answers: readonly Uint8Array[][]): boolean {
    const before = this.missing.reduce((sum, { length }) => sum + length, 0);
    for (const found of answers.flat().map(piece)) {
      if (!found || found.start < this.offset || found.end > this.offset + this.bytes.length) continue;
      this.bytes.set(found.bytes, found.start - this.offset);
      this.missing = this.missing.flatMap((span) => without(span, found.start, found.end));
    }
    return this.missing.reduce((sum, { length }) => sum + length, 0) < before;
  }
}

/** What is left of a span. */
function without({ offset, length }: Span, start: number, end: number): Span[] {
  const stop = offset + length;
  const before = { offset, length: Math.min(start, stop) - offset };
  const after = { offset: Math.max(end, offset), length: stop - Math.max(end, offset) };
  return [before, after].filter((span) => span.length > 0);
}

export function bytesOf(values: Int8Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The CRC-32 that a board computes of the same bytes. */
export function crcOf(bytes: Uint8Array): number {
  return crc32(bytes);
}
