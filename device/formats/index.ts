// Files of firmware: which format one is in, and the same firmware in another.
import { extname } from 'node:path';
import { readBytes } from '../../base/files.js';
import { parseElf } from './elf.js';
import { flatten, imageOf, invalidImage, type Image } from './image.js';
import { formatIntelHex, parseIntelHex } from './intel_hex.js';
import { formatUf2, parseUf2 } from './uf2.js';

export { blocksOf, byteCount, checkInside, flatten, hex, type Image, type Region, type Segment } from './image.js';

/** By the ending of a file's name. */
export type Format = 'elf' | 'hex' | 'bin' | 'uf2';

/**
 * @param origin where a .bin begins, which does not say so itself
 * @throws KilnError `file-unreadable`, `image-invalid`
 */
export function readImage(path: string, origin: number): Image {
  const file = readBytes(path, 'Build it with `kiln build`.');
  const format = extname(path).slice(1).toLowerCase();
  if (format === 'elf') return parseElf(file, path);
  if (format === 'hex') return parseIntelHex(file.toString('latin1'), path);
  if (format === 'uf2') return parseUf2(file, path);
  if (format === 'bin') return imageOf([{ address: origin, bytes: file }], path);
  throw invalidImage(path, `the format ${format || 'of a name without an ending'} is unknown (elf, hex, uf2 or bin)`);
}

/** @param family of UF2 blocks */
export function formatImage(image: Image, format: Exclude<Format, 'elf'>, family = 0): string | Uint8Array {
  if (format === 'hex') return formatIntelHex(image);
  return format === 'uf2' ? formatUf2(image, family) : flatten(image).bytes;
}
