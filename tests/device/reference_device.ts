// A device that speaks MLPerf Tiny as its reference firmware does, without a board: a link with a model and a clock behind it.
import type { Link } from '../../device/link.js';

export interface Behaviour {
  /** What `profile` calls the model. */
  model?: string;
  inputSize: number;
  /** The content of `m-results-[…]`. */
  results: (input: Int8Array) => string;
  /** Microseconds of one inference on its clock. */
  microseconds?: number;
}

export class ReferenceDevice implements Link {
  readonly path = '/dev/ttyReference';
  /** Every command that it was given, but knocks. */
  readonly commands: string[] = [];
  private lines: string[] = [];
  private pending = '';
  private input: number[] = [];
  private expected = 0;
  private clock = 1_000_000;

  constructor(private readonly behaviour: Behaviour) {}

  write(text: string): void {
    const commands = (this.pending + text).split('%');
    this.pending = commands.pop()!;
    for (const command of commands) {
      if (command === '') throw new Error('the reference firmware reads an empty command through a null pointer');
      this.answer(command);
    }
  }

  async readLine(): Promise<string | undefined> {
    return this.lines.shift();
  }

  discard(): void {
    this.lines = [];
  }

  async close(): Promise<void> {}

  private answer(command: string): void {
    const [word, ...words] = command.split(' ');
    if (!word!.startsWith('knock')) this.commands.push(command);
    if (word === 'name') this.say('m-name-dut-[reference]');
    else if (word === 'profile') this.say('m-profile-[ULPMark]', `m-model-[${this.behaviour.model ?? 'kws01'}]`);
    else if (word === 'db') this.buffer(words);
    else if (word === 'infer') this.infer(Number(words[0]), Number(words[1]));
    else this.say(`e-[Unknown command: ${word}]`);
    this.say('m-ready');
  }

  private buffer([word, size]: string[]): void {
    if (word === 'load') {
      this.expected = Number(size);
      this.input = [];
      this.say(`m-[Expecting ${this.expected} bytes]`);
      return;
    }
    this.input.push(...Buffer.from(word!, 'hex'));
    if (this.input.length === this.expected) this.say('m-load-done');
  }

  private infer(iterations: number, warmups: number): void {
    const { inputSize, results, microseconds = 1000 } = this.behaviour;
    if (this.input.length !== inputSize) this.say(`Input db has ${this.input.length} elements, expected ${inputSize}`);
    this.say(`m-warmup-start-${warmups}`, 'm-warmup-done', `m-infer-start-${iterations}`, `m-lap-us-${this.clock}`);
    this.clock += Math.floor(iterations * microseconds);
    this.say(`m-lap-us-${this.clock}`, 'm-infer-done', `m-results-[${results(Int8Array.from(this.input))}]`);
  }

  private say(...lines: string[]): void {
    this.lines.push(...lines);
  }
}
