// What every way of flashing is given and gives.
import type { Board, FlashMethod } from '../../firmware-templates/index.js';

export type MethodName = FlashMethod['method'];

/** Options of one method, as the sheet has them. */
export type OptionsOf<M extends MethodName> = Extract<FlashMethod, { method: M }>;

export type Progress = (stage: 'erase' | 'write' | 'verify', done: number, total: number) => void;

export interface FlashOptions {
  /** Where the state of running virtual boards lies. */
  virtualFolder: string;
  /** Of a virtual board: whether its time is its instructions; left out: yes. */
  counted?: boolean | undefined;
  /** One of the sheet's methods; otherwise the first that can be used here. */
  method?: string | undefined;
  /** Serial port; found by USB id where a method needs one and none is named. */
  port?: string | undefined;
  baud?: number | undefined;
  /** Of `stm32-rom`: how the chip gets into its boot loader, instead of what the sheet says. */
  entry?: OptionsOf<'stm32-rom'>['entry'] | undefined;
  /** Of entry `dtr-rts`: `boot0=rts,reset=dtr`. */
  wiring?: string | undefined;
  onProgress?: Progress;
  /** Something for a person to do or to know. */
  onNotice?: (text: string) => void;
  /** A line that a program printed. */
  onOutput?: (line: string) => void;
  signal?: AbortSignal;
}

/** Firmware for a board. */
export interface Target {
  board: Board;
  /** ELF, .hex, .bin or .uf2. */
  file: string;
}

/** By one method. */
export interface Job<M extends MethodName> extends Target {
  method: OptionsOf<M>;
}

export interface Flashed {
  method: MethodName;
  /** The serial port on which the firmware now answers, where it is known. */
  port?: string;
  /** Of the image. */
  bytes: number;
  seconds: number;
  /** By what it is known that flash holds the image; what runs is proved by `kiln validate` alone. */
  verified: 'read back by kiln' | 'read back by the program' | 'not read back';
  /** Exchanges that had to be repeated. */
  retries?: number;
}

/** One way of flashing: what it would do, and doing it. */
export interface Flasher<M extends MethodName> {
  /** Lines that a shell would take, or comments. Touches nothing. */
  plan(job: Job<M>, options: FlashOptions): Promise<string[]>;
  /** @throws KilnError */
  flash(job: Job<M>, options: FlashOptions): Promise<Flashed>;
}
