// Firmware with one bit flipped in a constant of its model, by the constant's name.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { requireTool } from '../../device/tools.js';

/** Writes a copy of an ELF in which a bit of a byte of a static array is flipped. @param at byte of the array */
export function withFlippedBit(elf: string, symbol: string, at: number, bit: number, to: string): void {
  const bytes = readFileSync(elf);
  const offset = fileOffset(bytes, addressOf(elf, symbol) + at);
  bytes[offset]! ^= 1 << bit;
  writeFileSync(to, bytes);
}

function addressOf(elf: string, symbol: string): number {
  const { stdout } = spawnSync(requireTool('arm-none-eabi-nm'), [elf], { encoding: 'utf8' });
  const found = new RegExp(`^([0-9a-f]+) \\w ${symbol}$`, 'm').exec(stdout);
  if (!found) throw new Error(`no ${symbol} in ${elf}`);
  return Number.parseInt(found[1]!, 16);
}

/** Where an address lies in a 32-bit little-endian ELF, by its program headers. */
function fileOffset(elf: Buffer, address: number): number {
  const [table, size, count] = [elf.readUInt32LE(28), elf.readUInt16LE(42), elf.readUInt16LE(44)];
  for (let i = 0; i < count; i++) {
    const at = table + i * size;
    const [offset, start, length] = [elf.readUInt32LE(at + 4), elf.readUInt32LE(at + 8), elf.readUInt32LE(at + 16)];
    if (address >= start && address < start + length) return offset + address - start;
  }
  throw new Error(`no segment holds ${address.toString(16)}`);
}
