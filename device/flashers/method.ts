// What every way of flashing is given and gives.
import type { Board, FlashMethod } from '../../firmware-templates/index.js';

export type Progress = (stage: 'erase' | 'write' | 'verify', done: number, total: number) => void;

export interface FlashOptions {
  /** Where the state of running virtual boards lies. */
  virtualFolder: string;
  /** One of the sheet's methods; otherwise the first that can be used here. */
  method?: string | undefined;
  /** Serial port; found by USB id where a method needs one and none is named. */
  port?: string | undefined;
  baud?: number | undefined;
  /** Of `stm32-rom`: how the chip gets into its boot loader, instead of what the sheet says. */
  entry?: 'dtr-rts' | 'command' | 'manual' | undefined;
  /** Of `dtr-rts`: `boot0=rts,reset=dtr`. */
  wiring?: string | undefined;
  onProgress?: Progress;
  /** Something for a person to do or to know. */
  onNotice?: (text: string) => void;
  /** A line that a program printed. */
  onOutput?: (line: string) => void;
  signal?: AbortSignal;
}

export interface Flashed {
  method: FlashMethod['method'];
  /** The serial port on which the firmware now answers, where it is known. */
  port?: string;
  /** Of the image. */
  bytes: number;
  seconds: number;
  /** By what it is known that flash holds the image; `kiln validate` proves what runs, whatever this says. */
  verified: 'read back by kiln' | 'read back by the program' | 'not read back';
  /** Exchanges that had to be repeated. */
  retries?: number;
}

/** Options of one method, as the sheet has them. */
export type OptionsOf<M extends FlashMethod['method']> = Extract<FlashMethod, { method: M }>;

export interface Job<M extends FlashMethod['method']> {
  board: Board;
  options: OptionsOf<M>;
  /** The firmware: an ELF, .hex, .bin or .uf2. */
  file: string;
}
