// The most stack that a firmware can need: main() with all that it calls, and every interrupt on top of it.
import type { Board } from '../firmware-templates/index.js';
import { disassembly, boundsIn, type StackBound } from './stack.js';
import { routinesOf } from './disassembly.js';
import { pointedTo } from './pointers.js';

export interface FirmwareStack {
  /** Of main() and of all interrupts at once. */
  bytes: number;
  /** Reserved by the linker script. */
  reserved: number;
  /** Why `bytes` is no bound; empty where it is one. */
  unknown: string[];
  /** By the name of the function that is entered. */
  entries: Readonly<Record<string, StackBound>>;
}

/** What the core pushes before a handler (ARMv7-M B1.5.7), with the word that aligns it: without and with the FPU's registers. */
const FRAME_BYTES = { plain: 36, fpu: 108 } as const;
const HANDLER = /_(handler|irq)$|_IRQHandler$/;
/** Entered once, before main() or instead of it. */
const NO_INTERRUPT = new Set(['reset_handler', 'default_handler']);

/** @throws KilnError `tool-missing`, `elf-unreadable` */
export function firmwareStack(elf: string, { compiler, stack: reserved }: Board): FirmwareStack {
  const routines = routinesOf(disassembly(elf, compiler.prefix));
  const names = [...routines.values()].map(({ name }) => name);
  const handlers = names.filter((name) => isVector(name) && !NO_INTERRUPT.has(name));
  const pointers = pointedTo(elf, compiler.prefix, routines);
  for (const { name, address } of routines.values()) if (isVector(name)) pointers.delete(address);
  const bounds = boundsIn(routines, ['main', ...handlers], pointers);
  const frame = compiler.flags.includes('-mfloat-abi=hard') ? FRAME_BYTES.fpu : FRAME_BYTES.plain;
  const interrupts = handlers.reduce((sum, name) => sum + frame + bounds.get(name)!.bytes, 0);
  const unknown = [...new Set([...bounds.values()].flatMap((bound) => bound.unknown))];
  return {
    bytes: (bounds.get('main')?.bytes ?? 0) + interrupts,
    reserved,
    unknown,
    entries: Object.fromEntries(bounds),
  };
}

/** In the vector table, and so pointed to, but not called. */
function isVector(name: string): boolean {
  return HANDLER.test(name);
}
