// What is said on the link: MLPerf Tiny's performance mode, and the `kiln` commands that validation needs.
import { crc32 } from 'node:zlib';
import { KilnError } from '../base/errors.js';
import type { Link } from './link.js';

export interface Profile {
  profile: string;
  model: string;
}

/** What runs on the board. */
export interface Info {
  /** First 16 hexadecimal digits of the SHA-256 of the .tflite. */
  model: string;
  inputSize: number;
  outputSize: number;
  arenaBytes: number;
  /** Of the timer that measures inferences. */
  tickHz: number;
  /** Of the core: lower than the board's sheet says where its crystal does not start, as in an emulator. */
  coreHz: number;
  runtime: string;
  build: string;
}

export interface Inference {
  /** Microseconds between the first and the last of the inferences that were asked for. */
  microseconds: number;
  /** The output as real values with three decimals. */
  results: number[];
}

export interface RawOutput {
  output: Int8Array;
  /** Timer ticks of the last inference. */
  ticks: number;
  /** CRC-32 of the input that the board holds. */
  inputCrc: number;
}

/** Bytes that fit a command of 80 characters, as MLPerf's runner sends them. */
const BYTES_A_LINE = 31;
/** A board that has just been opened may still be starting: how long each knock is waited for. */
const KNOCK_MS = 500;
const MAX_ANSWER_LINES = 10_000;

let knocks = 0;

export class BoardClient {
  private constructor(
    private readonly link: Link,
    /** Longest silence in an answer. */
    private readonly timeoutMs: number,
  ) {}

  get path(): string {
    return this.link.path;
  }

  /**
   * Finds the board ready for a command, whatever an earlier session left half-said.
   * @throws KilnError `board-silent` and the other errors of a link.
   */
  static async connect(link: Link, timeoutMs: number): Promise<BoardClient> {
    const client = new BoardClient(link, timeoutMs);
    await client.knock();
    return client;
  }

  /** The vendor's name. */
  async name(): Promise<string> {
    return this.ask('name', /^m-name-dut-\[(.*)\]$/).then(([, name]) => name!);
  }

  async profile(): Promise<Profile> {
    const lines = await this.command('profile');
    const profile = this.find(lines, 'profile', /^m-profile-\[(.*)\]$/)[1]!;
    return { profile, model: this.find(lines, 'profile', /^m-model-\[(.*)\]$/)[1]! };
  }

  async info(): Promise<Info> {
    const [line, list] = await this.ask('kiln info', /^m-kiln-\[(.*)\]$/);
    const fields = new Map(list!.split(',').map((field) => field.split('=', 2) as [string, string]));
    const text = (key: string) => fields.get(key) ?? this.misread('kiln info', line);
    const number = (key: string) =>
      /^\d{1,10}$/.test(text(key)) ? Number(text(key)) : this.misread('kiln info', line);
    return {
      model: text('model'),
      inputSize: number('input'),
      outputSize: number('output'),
      arenaBytes: number('arena'),
      tickHz: number('tick-hz') || this.misread('kiln info', line),
      coreHz: number('core-hz'),
      runtime: text('runtime'),
      build: text('build'),
    };
  }

  /** Whether it understands frames, of the version that we do. */
  async hasFrames(): Promise<boolean> {
    const lines = await this.answered('kiln frames');
    return lines?.includes('m-kiln-frames-1') ?? false;
  }

  /** Whether the firmware is of tinykiln: another answers in MLPerf Tiny's commands alone. */
  async isOurs(): Promise<boolean> {
    return (await this.answered('kiln info')) !== undefined;
  }

  /**
   * Sends an input, each line answered before the next is sent: a host that writes and reads at the same time can stall
   * (@serialport/bindings-cpp polls for one of the two).
   */
  async loadInput(input: Int8Array): Promise<void> {
    await this.ask(`db load ${input.length}`, /^m-\[Expecting \d+ bytes\]$/);
    const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
    let answer: string[] = [];
    for (let i = 0; i < bytes.length; i += BYTES_A_LINE) {
      answer = await this.command(`db ${bytes.toString('hex', i, Math.min(i + BYTES_A_LINE, bytes.length))}`);
    }
    this.find(answer, 'db', /^m-load-done$/);
  }

  /** Runs the loaded input `n` times, after `warmup` times that are not counted. */
  async infer(n = 1, warmup = 0): Promise<Inference> {
    const command = `infer ${n} ${warmup}`;
    const lines = await this.command(command);
    const laps = lines.flatMap((line) => /^m-lap-us-(\d{1,15})$/.exec(line)?.[1] ?? []).map(Number);
    if (laps.length !== 2) this.misread(command, lines.join(' | '));
    return { microseconds: laps[1]! - laps[0]!, results: this.resultsOf(lines, command) };
  }

  /** The output of the last inference as real values with three decimals. */
  async results(): Promise<number[]> {
    return this.resultsOf(await this.command('results'), 'results');
  }

  /** The output of the last inference, byte for byte. @throws KilnError `link-corrupt` where its CRC is wrong. */
  async output(): Promise<RawOutput> {
    const lines = await this.command('kiln output');
    const hex = this.find(lines, 'kiln output', /^m-kiln-output-\[((?:[0-9a-f]{2})*)\]$/)[1]!;
    const crc = this.find(lines, 'kiln output', /^m-kiln-crc-\[([0-9a-f]{8}),([0-9a-f]{8})\]$/);
    const ticks = this.find(lines, 'kiln output', /^m-kiln-ticks-(\d{1,15})$/)[1]!;
    const bytes = Buffer.from(hex, 'hex');
    if (crc32(bytes) !== Number.parseInt(crc[2]!, 16)) throw this.corrupt('the output');
    return { output: new Int8Array(bytes), ticks: Number(ticks), inputCrc: Number.parseInt(crc[1]!, 16) };
  }

  /** One inference: its output and its ticks. @throws KilnError `link-corrupt` where the input did not arrive whole. */
  async run(input: Int8Array): Promise<{ output: Int8Array; ticks: number }> {
    await this.loadInput(input);
    await this.infer();
    const { output, ticks, inputCrc } = await this.output();
    if (crc32(input) !== inputCrc) throw this.corrupt('the input');
    return { output, ticks };
  }

  /** Sends a command. @returns the lines before `m-ready`. @throws KilnError `board-refused` where one is an error. */
  async command(text: string): Promise<string[]> {
    this.link.discard();
    this.link.write(`${text}%`);
    const lines: string[] = [];
    while (lines.length < MAX_ANSWER_LINES) {
      const line = await this.link.readLine(this.timeoutMs);
      if (line === undefined) throw this.silent();
      if (line === 'm-ready') return this.accepted(text, lines);
      lines.push(line);
    }
    return this.misread(text, `${MAX_ANSWER_LINES} lines and no end`);
  }

  /** As command(), but undefined where the board refuses. */
  private async answered(command: string): Promise<string[] | undefined> {
    try {
      return await this.command(command);
    } catch (error) {
      if (error instanceof KilnError && error.code === 'board-refused') return undefined;
      throw error;
    }
  }

  private accepted(command: string, lines: string[]): string[] {
    const refusal = lines.find((line) => line.startsWith('e-['));
    if (refusal) throw this.problem('board-refused', `the board refused \`${command}\`: ${refusal}`);
    return lines;
  }

  /**
   * Each knock is a command that no board knows, so that the refusal of the last one is told from whatever else is still on
   * its way. It may come glued to what an earlier session left half-said; a `%` before it would end that, but MLPerf's
   * reference firmware reads an empty command through a null pointer. Every other knock begins with the zero that ends what
   * was left of a frame, which that firmware does not know.
   */
  private async knock(): Promise<void> {
    const end = performance.now() + this.timeoutMs;
    let zero = '';
    for (let left = this.timeoutMs; left > 0; left = end - performance.now()) {
      const word = `knock-${process.pid}-${++knocks}`;
      this.link.write(`${zero}${word}%`);
      if (await this.hears(`${word}]`, Math.min(KNOCK_MS, left))) return;
      zero = zero === '' ? '\0' : '';
    }
    throw this.silent();
  }

  /** Whether a refusal that ends so comes in time, and the end of its answer. */
  private async hears(ending: string, timeoutMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    let heard = false;
    for (let left = timeoutMs; left > 0; left = end - performance.now()) {
      const line = await this.link.readLine(left);
      if (heard && line === 'm-ready') return true;
      heard ||= line !== undefined && line.startsWith('e-[') && line.endsWith(ending);
    }
    return false;
  }

  private async ask(command: string, pattern: RegExp): Promise<RegExpExecArray> {
    return this.find(await this.command(command), command, pattern);
  }

  private find(lines: string[], command: string, pattern: RegExp): RegExpExecArray {
    for (const line of lines) {
      const match = pattern.exec(line);
      if (match) return match;
    }
    return this.misread(command, lines.join(' | '));
  }

  private resultsOf(lines: string[], command: string): number[] {
    const list = this.find(lines, command, /^m-results-\[([-\d.,]*)\]$/)[1]!;
    return list.split(',').filter(Boolean).map(Number); // MLPerf's own person detection ends its list with a comma
  }

  private misread(command: string, found: string): never {
    const shown = found.length > 120 ? `${found.slice(0, 117)}…` : found || 'nothing';
    throw this.problem('board-answer', `the answer to \`${command}\` is not of the protocol: ${shown}`);
  }

  private silent(): KilnError {
    return this.problem('board-silent', `no board answered within ${this.timeoutMs / 1000} s`);
  }

  private corrupt(what: string): KilnError {
    return this.problem('link-corrupt', `${what} was damaged on the way: its CRC is wrong`);
  }

  private problem(code: string, what: string): KilnError {
    const todo = 'Check cable and power, and that firmware of this tinykiln runs on the board (`kiln flash`).';
    return new KilnError(code, { where: `port ${this.link.path}`, what, todo }, 'device');
  }
}
