// ST's boot loader in ROM, spoken over a UART as its application note AN3155 says: one method for each command.
import type { ByteChannel } from './channel.js';
import { COMMAND, RomFault, type Step } from './rom_fault.js';

const ACK = 0x79;
const NACK = 0x1f;
const SYNC = 0x7f;

/** Bytes that one READ or WRITE can carry. */
export const MOST_BYTES = 256;
/** Pages of one ERASE: few enough that a lost answer is noticed soon. */
const MOST_PAGES = 8;

/** How long each answer may take, ms; those of flash are stm32flash's, which hold for every chip. */
const TIMEOUT = {
  sync: 100,
  answer: 1000,
  write: 1000,
  erasePage: 5000,
  eraseAll: 35_000,
  /** Silence after which nothing more is on its way. */
  quiet: 100,
  /** A line that goes on longer than that never falls silent. */
  babble: 3000,
} as const;

/** Bytes that end whatever the boot loader waits for: see `resynchronize`. */
const FILL = [0xfe, 0xff] as const;
/**
 * Of every so many rounds one sends a burst, each four times the one before: a boot loader may wait for the 257 bytes of a
 * WRITE, or for the page numbers of an ERASE whose count a fault has made large.
 */
const BURST_EVERY = 7;
const FIRST_BURST = 64;
const FILL_ROUNDS = 5 * BURST_EVERY - 1;
/** Generous for 115200 baud: what is slower is still on its way when the next round begins, which does no harm. */
const MS_A_BYTE = 0.2;

export interface RomInfo {
  /** Of the protocol: 0x31 is 3.1. */
  version: number;
  commands: ReadonlySet<number>;
}

export class RomClient {
  constructor(readonly channel: ByteChannel) {}

  /**
   * Knocks until the boot loader answers: with ACK where it had not been spoken to, with NACK where it had.
   * @returns whether it did in time
   */
  async sync(forMs: number): Promise<boolean> {
    const end = this.channel.now() + forMs;
    do {
      this.channel.discard();
      this.send(SYNC);
      const answer = await this.channel.read(1, TIMEOUT.sync);
      if (answer && (answer[0] === ACK || answer[0] === NACK)) return true;
    } while (this.channel.now() < end);
    return false;
  }

  async get(): Promise<RomInfo> {
    await this.command('get');
    const [version, ...commands] = await this.counted('get');
    return { version: version!, commands: new Set(commands) };
  }

  /** Product id. */
  async getId(): Promise<number> {
    await this.command('getId');
    const id = await this.counted('getId');
    if (id.length !== 2) throw new RomFault('garbage', 'getId', 'answer');
    return (id[0]! << 8) | id[1]!;
  }

  /** At most 256 bytes. */
  async read(address: number, length: number): Promise<Uint8Array> {
    await this.command('read');
    await this.address('read', address);
    this.send(length - 1, (length - 1) ^ 0xff);
    await this.acknowledged('read', 'data', TIMEOUT.answer);
    return this.bytes('read', length);
  }

  /** At most 256 bytes, at a multiple of 4 and a multiple of 4 of them. */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    await this.command('write');
    await this.address('write', address);
    const counted = [bytes.length - 1, ...bytes];
    this.send(...counted, xor(counted));
    await this.acknowledged('write', 'data', TIMEOUT.write);
  }

  /** All of flash. @param info of this boot loader: it has one of two commands */
  async eraseAll(info: RomInfo): Promise<void> {
    const command = eraseCommand(info);
    await this.command(command);
    this.send(...(command === 'extendedErase' ? [0xff, 0xff, 0x00] : [0xff, 0x00]));
    await this.acknowledged(command, 'data', TIMEOUT.eraseAll);
  }

  /** At most `MOST_PAGES`. */
  async erasePages(info: RomInfo, pages: readonly number[]): Promise<void> {
    const command = eraseCommand(info);
    const wide = command === 'extendedErase';
    await this.command(command);
    const numbers = [pages.length - 1, ...pages].flatMap((n) => (wide ? [n >> 8, n & 0xff] : [n]));
    this.send(...numbers, xor(numbers));
    await this.acknowledged(command, 'data', TIMEOUT.erasePage * pages.length);
  }

  /** Leaves the boot loader for the program whose vector table is at an address. */
  async go(address: number): Promise<void> {
    await this.command('go');
    await this.address('go', address);
  }

  /**
   * Makes the boot loader wait for a command again, whatever it waited for: bytes are sent until it refuses a single one.
   * The two of FILL take turns, so that as counts, addresses or data they lack the right check sum and never mean "erase all".
   * @returns whether it does
   */
  async resynchronize(): Promise<boolean> {
    await this.silence();
    for (let round = 1; round <= FILL_ROUNDS; round++) {
      const count = round % BURST_EVERY === 0 ? FIRST_BURST * 4 ** (round / BURST_EVERY - 1) : 1;
      this.send(...Array.from({ length: count }, (_, i) => FILL[(round + i) % FILL.length]!));
      const answer = await this.channel.read(1, TIMEOUT.quiet + MS_A_BYTE * count);
      if (answer) await this.silence();
      if (answer?.[0] === NACK && count === 1) return true;
    }
    return false;
  }

  /** Waits until nothing comes any more, and forgets what came. */
  private async silence(): Promise<void> {
    const end = this.channel.now() + TIMEOUT.babble;
    do this.channel.discard();
    while ((await this.channel.read(1, TIMEOUT.quiet)) && this.channel.now() < end);
  }

  private async command(name: keyof typeof COMMAND): Promise<void> {
    // What nobody asked for shows that an answer was counted wrong.
    if (this.channel.pending() > 0) throw new RomFault('garbage', name, 'command');
    this.send(COMMAND[name], COMMAND[name] ^ 0xff);
    await this.acknowledged(name, 'command', TIMEOUT.answer);
  }

  private async address(command: keyof typeof COMMAND, address: number): Promise<void> {
    const bytes = [address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff];
    this.send(...bytes, xor(bytes));
    await this.acknowledged(command, 'address', TIMEOUT.answer);
  }

  /** An answer that begins with the number of its bytes less one, and ends with ACK. */
  private async counted(command: keyof typeof COMMAND): Promise<number[]> {
    const [count] = await this.bytes(command, 1);
    const bytes = await this.bytes(command, count! + 1);
    await this.acknowledged(command, 'answer', TIMEOUT.answer);
    return [...bytes];
  }

  private async bytes(command: keyof typeof COMMAND, count: number): Promise<Uint8Array> {
    const bytes = await this.channel.read(count, TIMEOUT.answer);
    if (!bytes) throw new RomFault('silence', command, 'answer');
    return bytes;
  }

  private async acknowledged(command: keyof typeof COMMAND, step: Step, timeoutMs: number): Promise<void> {
    const answer = await this.channel.read(1, timeoutMs);
    if (!answer) throw new RomFault('silence', command, step);
    if (answer[0] !== ACK) throw new RomFault(answer[0] === NACK ? 'refusal' : 'garbage', command, step);
  }

  private send(...bytes: number[]): void {
    this.channel.write(Uint8Array.from(bytes));
  }
}

/** In groups that one command may name. */
export function pageGroups(pages: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(pages.length / MOST_PAGES) }, (_, i) =>
    pages.slice(i * MOST_PAGES, (i + 1) * MOST_PAGES),
  );
}

function eraseCommand({ commands }: RomInfo): 'erase' | 'extendedErase' {
  return commands.has(COMMAND.extendedErase) ? 'extendedErase' : 'erase';
}

function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
