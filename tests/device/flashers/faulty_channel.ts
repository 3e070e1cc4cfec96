// A cable to the simulated chip whose time is simulated too, and on which any byte may meet with an accident.
import type { ByteChannel, Lines } from '../../../device/flashers/stm32/channel.js';
import { lost } from '../../../device/link.js';
import { RomSimulator, type ChipModel } from './rom_simulator.js';

export type FaultKind = 'drop' | 'duplicate' | 'flip' | 'delay' | 'nack' | 'unplug';

/** What happens to a byte; undefined: nothing. `bit` is for `flip`, `ms` for `delay`. */
export type Fate = { kind: FaultKind; bit: number; ms: number } | undefined;

interface Flying {
  at: number;
  byte: number;
}

/** 11 bits at 115200 baud. */
const BYTE_MS = 11 / 115.2;

export class FaultyChannel implements ByteChannel {
  readonly path = 'simulated';
  readonly chip: RomSimulator;
  lines: Lines[] = [];
  /** Bytes on the cable so far, both ways. */
  carried = 0;
  private time = 0;
  private plugged = true;
  private readonly toChip: Flying[] = [];
  private readonly toHost: Flying[] = [];

  /** @param fateOf the nth byte on the cable */
  constructor(
    model: ChipModel,
    private readonly fateOf: (n: number) => Fate = () => undefined,
  ) {
    this.chip = new RomSimulator({ ...model }, (bytes, afterMs) => {
      for (const byte of bytes) this.carry(this.toHost, byte, this.time + afterMs);
    });
  }

  write(bytes: Uint8Array): void {
    for (const byte of bytes) this.carry(this.toChip, byte, this.time);
  }

  async read(count: number, timeoutMs: number): Promise<Uint8Array | undefined> {
    const end = this.time + timeoutMs;
    while (this.arrived() < count) {
      if (!this.plugged) throw lost(this.path, 'the port was closed');
      const next = Math.min(this.toChip[0]?.at ?? Infinity, this.nextToHost());
      if (next > end) {
        this.time = end;
        return undefined;
      }
      this.advance(next);
    }
    return Uint8Array.from(this.toHost.splice(0, count), ({ byte }) => byte);
  }

  pending(): number {
    return this.arrived();
  }

  discard(): void {
    this.toHost.splice(0, this.arrived());
  }

  now(): number {
    return this.time;
  }

  async wait(ms: number): Promise<void> {
    const end = this.time + ms;
    while (this.toChip.length > 0 && this.toChip[0]!.at <= end) this.advance(this.toChip[0]!.at);
    this.time = end;
  }

  async setLines(lines: Lines): Promise<void> {
    this.lines.push(lines);
  }

  async close(): Promise<void> {}

  private arrived(): number {
    const waiting = this.toHost.findIndex(({ at }) => at > this.time);
    return waiting < 0 ? this.toHost.length : waiting;
  }

  private nextToHost(): number {
    return this.toHost[this.arrived()]?.at ?? Infinity;
  }

  private advance(to: number): void {
    this.time = Math.max(this.time, to);
    while (this.toChip.length > 0 && this.toChip[0]!.at <= this.time) this.chip.receive(this.toChip.shift()!.byte);
  }

  /** A byte takes its time after the one before it, so that none overtakes another. */
  private carry(line: Flying[], byte: number, at: number): void {
    if (!this.plugged) return;
    const fate = this.fateOf(this.carried++);
    const arrival = Math.max(at, line.at(-1)?.at ?? 0) + BYTE_MS + (fate?.kind === 'delay' ? fate.ms : 0);
    if (fate?.kind === 'unplug') this.plugged = false;
    if (fate?.kind === 'nack') this.chip.refuseNext = true;
    if (fate?.kind === 'drop' || !this.plugged) return;
    line.push({ at: arrival, byte: fate?.kind === 'flip' ? byte ^ (1 << fate.bit) : byte });
    if (fate?.kind === 'duplicate') line.push({ at: arrival + BYTE_MS, byte });
  }
}
