// Whether a model fits a board: said before anything is compiled, and by how many bytes it does not.
import { KilnError } from '../base/errors.js';
import type { Board } from './board_schema.js';

/**
 * Bytes that the application and the port take without a model's weights, arena and kernels, on any board of ours
 * (arm-none-eabi-gcc 12.2, -Os). A lower bound: a test compares it with a build. RAM leaves out the stack.
 */
export const APP_OVERHEAD = { flash: 9728, ram: 648 } as const;

/** An AVR's program memory is not its data's: constants are copied to RAM at the start, the application's own too. */
const AVR_OVERHEAD = { flash: APP_OVERHEAD.flash, ram: 1500 } as const;

export interface ModelSize {
  /** Weights and other constants, in bytes. */
  flashBytes: number;
  /** The arena, in bytes. */
  ramBytes: number;
  /** Bytes of the input tensor: the application keeps a copy of it. */
  inputBytes: number;
}

/** @throws KilnError `model-too-large` that says by how many bytes, of flash or RAM or both. */
export function checkFit(board: Board, model: ModelSize): void {
  const copies = board.core.startsWith('avr');
  const overhead = copies ? AVR_OVERHEAD : APP_OVERHEAD;
  const constants = copies ? model.flashBytes : 0;
  const flash = model.flashBytes + overhead.flash;
  const ram = constants + model.ramBytes + model.inputBytes + board.stack + overhead.ram;
  const over = [excess('flash', flash, board.memory.flash.size), excess('RAM', ram, board.memory.ram.size)].filter(
    (text) => text !== undefined,
  );
  if (over.length === 0) return;
  const todo = 'Make the model smaller (`model.width`, `model.blocks`), or choose a larger board (`kiln boards`).';
  throw new KilnError('model-too-large', { where: `board ${board.name}`, what: over.join('; '), todo });
}

function excess(memory: string, needed: number, present: number): string | undefined {
  if (needed <= present) return undefined;
  return `the model needs at least ${needed} B of ${memory}, ${needed - present} B more than the ${present} B there are`;
}
