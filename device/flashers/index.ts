// How firmware gets onto a board: which of its sheet's ways is taken, and what each would do or does.
import { KilnError } from '../../base/errors.js';
import type { Board, FlashMethod } from '../../firmware-templates/index.js';
import { findTool, installAdvice } from '../tools.js';
import type { Flashed, Flasher, FlashOptions, MethodName } from './method.js';
import { programFlasher } from './programs/flasher.js';
import { isUsable, toolOf } from './programs/tool.js';
import { stm32RomFlasher } from './stm32/index.js';
import { uf2Flasher } from './uf2.js';
import { virtualFlasher } from './virtual.js';

export type { Flashed, FlashOptions, MethodName } from './method.js';

const FLASHERS: { readonly [M in MethodName]: Flasher<M> } = {
  virtual: virtualFlasher,
  'stm32-rom': stm32RomFlasher,
  uf2: uf2Flasher,
  openocd: programFlasher('openocd'),
  'st-flash': programFlasher('st-flash'),
  'stm32-programmer': programFlasher('stm32-programmer'),
  'dfu-util': programFlasher('dfu-util'),
  bossac: programFlasher('bossac'),
  avrdude: programFlasher('avrdude'),
  'arduino-cli': programFlasher('arduino-cli'),
  esptool: programFlasher('esptool'),
  picotool: programFlasher('picotool'),
};

/** Puts firmware on a board. @param file ELF, .hex, .bin or .uf2. @throws KilnError that says what to do */
export function flash(board: Board, file: string, options: FlashOptions): Promise<Flashed> {
  const method = chooseMethod(board, options.method, true);
  return flasherOf(method.method).flash({ board, method, file }, options);
}

/** What flash() would do, as lines for a shell; touches nothing. */
export async function planFlash(
  board: Board,
  file: string,
  options: FlashOptions,
): Promise<{ method: MethodName; lines: string[] }> {
  const method = chooseMethod(board, options.method, false);
  return { method: method.method, lines: await flasherOf(method.method).plan({ board, method, file }, options) };
}

export interface Way {
  method: MethodName;
  /** It would be taken if none is named. */
  isDefault: boolean;
  /** What it needs besides tinykiln. */
  program?: string;
  /** Where that is. */
  path?: string;
  /** How to get it, where it is missing. */
  install?: string;
}

/** A board's ways of being flashed, and what each needs here. */
export function waysOf(board: Board): Way[] {
  const first = board.flash.find(({ method }) => isUsable(method));
  return board.flash.map(({ method }) => {
    const tool = toolOf(method);
    const path = tool && findTool(tool);
    return {
      method,
      isDefault: method === first?.method,
      ...(tool && { program: tool.command }),
      ...(path && { path }),
      ...(tool && !path && { install: installAdvice(tool) }),
    };
  });
}

/** A method's flasher takes the jobs of that method: what the table's type says of each line. */
function flasherOf(method: MethodName): Flasher<MethodName> {
  return FLASHERS[method] as unknown as Flasher<MethodName>;
}

/**
 * The method that was named, or the sheet's first whose program is there.
 * @param usable whether that has to be so; a plan may be made without
 */
function chooseMethod(board: Board, named: string | undefined, usable: boolean): FlashMethod {
  if (board.flash.length === 0) throw unsupported(board);
  if (named !== undefined) return board.flash.find(({ method }) => method === named) ?? unknown(board, named);
  const first = board.flash.find(({ method }) => isUsable(method));
  if (!first && usable) throw noneUsable(board);
  return first ?? board.flash[0]!;
}

function unsupported({ name }: Board): KilnError {
  const what = 'its sheet has no way to flash it';
  const todo = 'Load build/firmware.hex with the programmer of your board, then run `kiln validate --port PORT`.';
  return new KilnError('flash-unsupported', { where: `board ${name}`, what, todo });
}

function unknown({ name, flash: methods }: Board, named: string): never {
  const what = `${name} is not flashed by \`${named}\``;
  const todo = `Choose one of ${methods.map(({ method }) => method).join(', ')}; \`kiln flash --list\` says what each needs.`;
  throw new KilnError('flash-method-unknown', { where: '--method', what, todo });
}

function noneUsable(board: Board): KilnError {
  const missing = waysOf(board);
  const what = `none of the programs that can flash it is on PATH: ${missing.map(({ program }) => program).join(', ')}`;
  const todo = `Install one of them: ${missing.map(({ program, install }) => `${program} (${install})`).join('; ')}.`;
  return new KilnError('tool-missing', { where: `board ${board.name}`, what, todo });
}
