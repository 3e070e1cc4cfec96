// Three ways to ask a board for an inference: by frames, by our text commands, by MLPerf Tiny's alone.
import { carriesBytes, type Link } from './link.js';
import { FrameClient, type LinkCounts } from './frame_client.js';
import { BoardClient, type Info, type Profile } from './protocol.js';

export interface Ran {
  /** Real values where the board gives no bytes. */
  output: Int8Array | number[];
  /** Of the timer, for the inference alone. */
  ticks: number;
}

/** What is known of memory after the inferences. Bytes. */
export interface MemoryUse {
  stack?: { used: number; reserved: number };
  arena?: { used: number; reserved: number };
}

export interface Runner {
  /** `frames` and `commands` give bytes, `mlperf` three decimals. */
  readonly by: 'frames' | 'commands' | 'mlperf';
  /** Undefined for firmware that is not ours. */
  readonly info: Info | undefined;
  readonly tickHz: number;
  /** What it answers as its profile, where that is all it says. */
  readonly profile?: Profile;
  /** The inference of the vector of this number; state goes on from the one before. */
  run(index: number): Promise<Ran>;
  memory(): Promise<MemoryUse>;
  counts(): LinkCounts | undefined;
  /** Leaves the board as a plain runner expects it. */
  leave(): Promise<void>;
}

export interface RunnerOptions {
  link: Link;
  inputs: readonly Int8Array[];
  /** Longest silence of the board, one inference included. */
  timeoutMs: number;
  /** Whether the model has a state, which a board that starts anew loses. */
  stateful?: boolean | undefined;
  /** Puts the state where it is to begin, after each reset; the board is reset once more at the end. */
  afterReset?: ((client: FrameClient) => Promise<void>) | undefined;
  /** At which the port is open; 115,200 where it is left out. */
  baudRate?: number | undefined;
  /** Speed to propose; left out, the port keeps its own. */
  speed?: number | undefined;
  /** Whether commands are used where there are frames too. */
  textOnly?: boolean | undefined;
  /** Told of each line that the firmware prints between frames. */
  onLog?: ((line: string) => void) | undefined;
}

const USUAL_BAUD = 115200;

/** Finds out what a board understands. @throws KilnError `board-silent` and the other errors of link, protocol and session */
export async function connectRunner(options: RunnerOptions): Promise<Runner> {
  const { link, timeoutMs, textOnly = false } = options;
  const board = await BoardClient.connect(link, timeoutMs);
  if (!textOnly && carriesBytes(link) && (await board.hasFrames())) {
    return FrameRunner.start(await FrameClient.connect(link, options), options);
  }
  if (await board.isOurs()) return new CommandRunner(board, options.inputs, await board.info());
  return new DecimalRunner(board, options.inputs, await board.profile());
}

/** By frames; goes on after resets and unplugged cables. */
export class FrameRunner implements Runner {
  readonly by = 'frames';
  /** The restart of the board after which the state is that of the vectors so far, and how many they are. */
  private epoch = -1;
  private done = 0;

  private constructor(
    readonly client: FrameClient,
    private readonly options: RunnerOptions,
  ) {}

  static async start(client: FrameClient, options: RunnerOptions): Promise<FrameRunner> {
    const { speed, baudRate = USUAL_BAUD } = options;
    if (speed) await client.persistently(() => client.setBaudRate(speed, baudRate));
    return new FrameRunner(client, options);
  }

  get info(): Info {
    return this.client.hello;
  }

  get tickHz(): number {
    return this.client.hello.tickHz;
  }

  run(index: number): Promise<Ran> {
    return this.client.persistently(async () => {
      await this.bringTo(index);
      const ran = await this.client.infer(this.options.inputs[index]!);
      this.done = index + 1;
      return ran;
    });
  }

  /** Writes the input of a vector, with the state that it finds. */
  async prepare(index: number): Promise<void> {
    this.epoch = -1;
    await this.bringTo(index);
    await this.client.write('input', 0, this.options.inputs[index]!);
  }

  async memory(): Promise<MemoryUse> {
    const { arenaUsed, arenaBytes, stackBytes } = this.client.hello;
    const used = await this.client.persistently(() => this.client.stackUsed());
    const arena = { used: arenaUsed, reserved: arenaBytes };
    return used === undefined ? { arena } : { arena, stack: { used, reserved: stackBytes } };
  }

  counts(): LinkCounts {
    return this.client.counts;
  }

  async leave(): Promise<void> {
    if (this.options.afterReset) await this.client.reset();
    await this.client.leave();
  }

  /** Where the board has lost the state, the vectors before this one are run again. */
  private async bringTo(index: number): Promise<void> {
    const { client, options } = this;
    if (!options.stateful || (this.epoch === client.epoch && this.done === index)) return;
    await client.reset();
    await options.afterReset?.(client);
    for (const input of options.inputs.slice(0, index)) await client.infer(input);
    this.epoch = client.epoch;
    this.done = index;
  }
}

/** By the `kiln` commands: bytes in hexadecimal. */
class CommandRunner implements Runner {
  readonly by = 'commands';

  constructor(
    private readonly board: BoardClient,
    private readonly inputs: readonly Int8Array[],
    readonly info: Info,
  ) {}

  get tickHz(): number {
    return this.info.tickHz;
  }

  run(index: number): Promise<Ran> {
    return this.board.run(this.inputs[index]!);
  }

  async memory(): Promise<MemoryUse> {
    return {};
  }

  counts(): undefined {}

  async leave(): Promise<void> {}
}

/** By MLPerf Tiny's commands, which any conforming firmware has: three decimals of each output, and microseconds. */
class DecimalRunner implements Runner {
  readonly by = 'mlperf';
  readonly info = undefined;
  readonly tickHz = 1_000_000;

  constructor(
    private readonly board: BoardClient,
    private readonly inputs: readonly Int8Array[],
    readonly profile: Profile,
  ) {}

  async run(index: number): Promise<Ran> {
    await this.board.loadInput(this.inputs[index]!);
    const { microseconds, results } = await this.board.infer(1, 0);
    return { output: results, ticks: microseconds };
  }

  async memory(): Promise<MemoryUse> {
    return {};
  }

  counts(): undefined {}

  async leave(): Promise<void> {}
}
