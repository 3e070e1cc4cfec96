// How much of a board's memory an ELF takes, by the toolchain's own `size`.
import { spawnSync } from 'node:child_process';
import { KilnError } from '../../base/errors.js';
import { requireTool } from '../tools.js';

/** Bytes. */
export interface Sizes {
  /** Code and constants. */
  text: number;
  /** Initialized variables: in flash, copied to RAM. */
  data: number;
  /** Zeroed variables, the arena and the stack. */
  bss: number;
  /** text + data. */
  flash: number;
  /** data + bss. */
  ram: number;
}

/** @throws KilnError `tool-missing`, `elf-unreadable`. */
export function measure(elf: string, prefix: string): Sizes {
  const { stdout, stderr, status } = spawnSync(requireTool(`${prefix}size`), [elf], { encoding: 'utf8' });
  const [text, data, bss] = (stdout.split('\n')[1] ?? '').trim().split(/\s+/).map(Number);
  if (status !== 0 || text === undefined || data === undefined || bss === undefined) {
    const what = `its size cannot be read: ${stderr.trim() || 'no ELF file'}`;
    throw new KilnError('elf-unreadable', { where: elf, what, todo: 'Build it anew with `kiln build`.' });
  }
  return { text, data, bss, flash: text + data, ram: data + bss };
}
