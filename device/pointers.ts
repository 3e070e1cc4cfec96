// Functions whose address is somewhere in an ELF's memory: those that a call through a pointer may reach.
import { spawnSync } from 'node:child_process';
import type { Routine } from './disassembly.js';
import { requireTool } from './tools.js';

const OUTPUT_BYTES = 1 << 28;
/** ` 8000123 aabbccdd … ` of `objdump -s` */
const ROW = /^ ([0-9a-f]+) ((?:[0-9a-f]{2,8} ){1,4})/;

/** Addresses of the routines of which a word of the loaded sections is a pointer. */
export function pointedTo(elf: string, prefix: string, routines: ReadonlyMap<number, Routine>): Set<number> {
  const objdump = requireTool(`${prefix}objdump`);
  const run = (args: string[]) =>
    spawnSync(objdump, [...args, elf], { encoding: 'utf8', maxBuffer: OUTPUT_BYTES }).stdout;
  const sections = run(['-h', '-w'])
    .split('\n')
    .filter((line) => /\bLOAD\b/.test(line))
    .map((line) => line.trim().split(/\s+/)[1]!);
  const found = new Set<number>();
  if (sections.length === 0) return found;
  for (const line of run(['-s', ...sections.flatMap((name) => ['-j', name])]).split('\n')) {
    for (const word of wordsOf(line)) {
      // Bit 0 of a pointer to Thumb code is 1.
      const first = word % 2 === 1 ? routines.get(word - 1)?.instructions[0] : undefined;
      if (first && !first.isFiller) found.add(word - 1);
    }
  }
  return found;
}

/** Little-endian words of a row. */
function wordsOf(line: string): number[] {
  const words = ROW.exec(line)?.[2]?.trim().split(' ') ?? [];
  return words.filter((hex) => hex.length === 8).map((hex) => Buffer.from(hex, 'hex').readUInt32LE());
}
