// An STM32 in its boot loader, as AN3155 says: bytes in, bytes out, and flash that erases by pages and only clears bits.

const ACK = 0x79;
const NACK = 0x1f;

export interface ChipModel {
  id: number;
  origin: number;
  /** Bytes of each page, from the first on. */
  pages: readonly number[];
  /** Commands besides GET, GET VERSION and GET ID. */
  commands: readonly number[];
  /** Memory besides flash that READ may touch: address of a halfword, and what it holds. */
  sizeRegister: number;
  /** What programming bits that are not erased does: clears more of them, or is refused (flash with ECC). */
  rewriting: 'clears' | 'refused';
  /** RDP level 1: what reads or writes is refused. */
  protected?: boolean;
  /** Erase and write are refused. */
  writeProtected?: boolean;
}

const COMMANDS = [0x11, 0x21, 0x31, 0x63, 0x73, 0x82, 0x92];

/** 1 MiB in sectors, extended erase. */
export const STM32F405: ChipModel = {
  id: 0x413,
  origin: 0x08000000,
  pages: [16, 16, 16, 16, 64, ...Array<number>(7).fill(128)].map((kib) => 1024 * kib),
  commands: [...COMMANDS, 0x44],
  sizeRegister: 0x1fff7a22,
  rewriting: 'clears',
};

/** 64 KiB in pages of 1 KiB, the older erase. */
export const STM32F103: ChipModel = {
  id: 0x410,
  origin: 0x08000000,
  pages: Array<number>(64).fill(1024),
  commands: [...COMMANDS, 0x43],
  sizeRegister: 0x1ffff7e0,
  rewriting: 'refused',
};

/** Bytes that the chip sends, and how long after the byte that caused them, ms. */
export type Send = (bytes: readonly number[], afterMs: number) => void;

const PAGE_ERASE_MS = 20;
const MASS_ERASE_MS = 2000;
const ROW = 8;

type Wait = Generator<void, void, number>;

export class RomSimulator {
  readonly flash: Uint8Array;
  /** Address that GO was given; from then on the boot loader is silent. */
  started: number | undefined;
  /** Bytes of the next acknowledgement that is to be a refusal instead. */
  refuseNext = false;
  erased = { pages: 0, all: 0 };
  private program: Wait;

  constructor(
    readonly chip: ChipModel,
    private readonly transmit: Send,
  ) {
    this.flash = new Uint8Array(chip.pages.reduce((sum, size) => sum + size, 0)).fill(0xa5);
    this.program = this.run();
    this.program.next();
  }

  /** As BOOT0 high and a reset. */
  reset(): void {
    this.started = undefined;
    this.program = this.run();
    this.program.next();
  }

  receive(byte: number): void {
    this.program.next(byte);
  }

  holds(address: number, bytes: Uint8Array): boolean {
    const start = address - this.chip.origin;
    return Buffer.compare(this.flash.subarray(start, start + bytes.length), bytes) === 0;
  }

  private *run(): Wait {
    while ((yield* this.take()) !== 0x7f);
    this.send([ACK]);
    while (this.started === undefined) yield* this.command();
  }

  private *take(): Generator<void, number, number> {
    return yield;
  }

  private *takeMany(count: number): Generator<void, number[], number> {
    const bytes: number[] = [];
    while (bytes.length < count) bytes.push(yield* this.take());
    return bytes;
  }

  private *command(): Wait {
    const [code, complement] = yield* this.takeMany(2);
    const known = [0x00, 0x01, 0x02, ...this.chip.commands].includes(code!);
    const closed = this.chip.protected && code! > 0x02 && code !== 0x92;
    if (!this.acknowledge((code! ^ complement!) === 0xff && known && !closed)) return;
    const handlers: Record<number, () => Wait | void> = {
      0x00: () => this.get(),
      0x01: () => this.getVersion(),
      0x02: () => this.getId(),
      0x11: () => this.read(),
      0x21: () => this.go(),
      0x31: () => this.write(),
      0x43: () => this.erase(),
      0x44: () => this.extendedErase(),
      0x63: () => this.writeProtect(),
      0x73: () => this.unprotectWriting(),
      0x82: () => this.protect(),
      0x92: () => this.unprotect(),
    };
    const more = handlers[code!]!();
    if (more) yield* more;
  }

  /** Sends ACK or NACK. @returns whether it was ACK */
  private acknowledge(good: boolean, afterMs = 0): boolean {
    const accepted = good && !this.refuseNext;
    this.refuseNext = false;
    this.send([accepted ? ACK : NACK], afterMs);
    return accepted;
  }

  private send(bytes: readonly number[], afterMs = 0): void {
    this.transmit(bytes, afterMs);
  }

  private get(): void {
    const commands = [0x00, 0x01, 0x02, ...this.chip.commands];
    this.send([commands.length, 0x31, ...commands, ACK]);
  }

  private getVersion(): void {
    this.send([0x31, 0, 0, ACK]);
  }

  private getId(): void {
    this.send([1, this.chip.id >> 8, this.chip.id & 0xff, ACK]);
  }

  private *address(valid: (address: number) => boolean): Generator<void, number | undefined, number> {
    const bytes = yield* this.takeMany(5);
    const address = Buffer.from(bytes).readUInt32BE(0);
    return this.acknowledge(xor(bytes) === 0 && valid(address)) ? address : undefined;
  }

  private *read(): Wait {
    const address = yield* this.address((at) => this.inFlash(at, 1) || this.inSizeRegister(at));
    if (address === undefined) return;
    const [count, complement] = yield* this.takeMany(2);
    const length = count! + 1;
    if (!this.acknowledge((count! ^ complement!) === 0xff)) return;
    this.send(Array.from({ length }, (_, i) => this.byteAt(address + i)));
  }

  private *write(): Wait {
    const address = yield* this.address((at) => at % 4 === 0 && this.inFlash(at, 1));
    if (address === undefined) return;
    const [count] = yield* this.takeMany(1);
    const bytes = yield* this.takeMany(count! + 2);
    const sound = xor([count!, ...bytes]) === 0 && (count! + 1) % 4 === 0 && this.inFlash(address, count! + 1);
    this.acknowledge(sound && !this.refuseNext && this.programFlash(address, bytes.slice(0, -1)));
  }

  private *erase(): Wait {
    const [count] = yield* this.takeMany(1);
    const bytes = yield* this.takeMany(count === 0xff ? 1 : count! + 2);
    if (count === 0xff) this.eraseAll(bytes[0] === 0x00);
    else this.erasePages(bytes.slice(0, -1), xor([count!, ...bytes]) === 0);
  }

  private *extendedErase(): Wait {
    const [high, low] = yield* this.takeMany(2);
    const count = (high! << 8) | low!;
    if (count >= 0xfff0) {
      const [sum] = yield* this.takeMany(1);
      return this.eraseAll(count === 0xffff && sum === (high! ^ low!));
    }
    const bytes = yield* this.takeMany(2 * (count + 1) + 1);
    const pages = Array.from({ length: count + 1 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
    this.erasePages(pages, xor([high!, low!, ...bytes]) === 0);
  }

  private *go(): Wait {
    const address = yield* this.address((at) => this.inFlash(at, 8));
    this.started = address;
  }

  private *writeProtect(): Wait {
    const [count] = yield* this.takeMany(1);
    const bytes = yield* this.takeMany(count! + 2);
    if (this.acknowledge(xor([count!, ...bytes]) === 0)) this.chip.writeProtected = true;
  }

  private unprotectWriting(): void {
    this.chip.writeProtected = false;
    this.acknowledge(true);
  }

  private protect(): void {
    this.chip.protected = true;
    this.acknowledge(true);
  }

  private unprotect(): void {
    this.chip.protected = false;
    this.flash.fill(0xff);
    this.acknowledge(true, MASS_ERASE_MS);
  }

  private eraseAll(sound: boolean): void {
    const good = sound && !this.chip.writeProtected && !this.refuseNext;
    if (good) {
      this.flash.fill(0xff);
      this.erased.all++;
    }
    this.acknowledge(good, MASS_ERASE_MS);
  }

  private erasePages(pages: readonly number[], sound: boolean): void {
    const known = pages.every((page) => page < this.chip.pages.length);
    const good = sound && known && !this.chip.writeProtected && !this.refuseNext;
    if (good) for (const page of pages) this.erasePage(page);
    this.acknowledge(good, PAGE_ERASE_MS * pages.length);
  }

  private erasePage(page: number): void {
    const start = this.chip.pages.slice(0, page).reduce((sum, size) => sum + size, 0);
    this.flash.fill(0xff, start, start + this.chip.pages[page]!);
    this.erased.pages++;
  }

  /** @returns whether the flash took it */
  private programFlash(address: number, bytes: readonly number[]): boolean {
    if (this.chip.writeProtected) return false;
    const start = address - this.chip.origin;
    const rows = this.flash.subarray(Math.floor(start / ROW) * ROW, start + bytes.length);
    if (this.chip.rewriting === 'refused' && rows.some((byte) => byte !== 0xff)) return false;
    for (const [i, byte] of bytes.entries()) this.flash[start + i]! &= byte;
    return true;
  }

  private inFlash(address: number, length: number): boolean {
    const start = address - this.chip.origin;
    return start >= 0 && start + length <= this.flash.length;
  }

  private inSizeRegister(address: number): boolean {
    return address === (this.chip.sizeRegister & ~3);
  }

  private byteAt(address: number): number {
    if (this.inFlash(address, 1)) return this.flash[address - this.chip.origin]!;
    const kib = this.flash.length / 1024;
    return address === this.chip.sizeRegister ? kib & 0xff : address === this.chip.sizeRegister + 1 ? kib >> 8 : 0;
  }
}

function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
