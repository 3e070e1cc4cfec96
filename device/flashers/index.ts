// How firmware gets onto a board: one entry for each method that a board sheet may name.
import { KilnError } from '../../base/errors.js';
import type { Board, FlashMethod } from '../../firmware-templates/index.js';
import { virtualFlasher } from './virtual.js';

export interface FlashOptions {
  /** Where the state of running virtual boards lies. */
  virtualFolder: string;
}

export interface Flashed {
  /** The serial port on which the firmware now answers. */
  port: string;
}

/** Puts an ELF on a board. @throws KilnError where that fails. */
export type Flasher = (board: Board, elf: string, options: FlashOptions) => Promise<Flashed>;

const FLASHERS: { readonly [method in FlashMethod['method']]?: Flasher } = {
  virtual: virtualFlasher,
};

const unsupported: Flasher = (board) => {
  const what = 'tinykiln has no way to flash it';
  const todo = 'Load build/firmware.hex with the programmer of your board, then run `kiln validate --port PORT`.';
  return Promise.reject(new KilnError('flash-unsupported', { where: `board ${board.name}`, what, todo }));
};

/** Flashes a board by the method of its sheet. */
export function flash(board: Board, elf: string, options: FlashOptions): Promise<Flashed> {
  const method = board.flash[0]?.method;
  const flasher = (method && FLASHERS[method]) ?? unsupported;
  return flasher(board, elf, options);
}
