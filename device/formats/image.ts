// Firmware as a programmer of flash sees it: bytes at addresses, whatever file they came from.
import { KilnError } from '../../base/errors.js';

export interface Segment {
  address: number;
  bytes: Uint8Array;
}

/** Ascending, not empty, neither overlapping nor touching. */
export type Image = readonly Segment[];

export interface Region {
  origin: number;
  size: number;
}

/** Puts segments in order and joins those that touch. @throws KilnError `image-invalid` where some overlap or none has a byte. */
export function imageOf(segments: readonly Segment[], where: string): Image {
  const sorted = segments.filter(({ bytes }) => bytes.length > 0).sort((a, b) => a.address - b.address);
  if (sorted.length === 0) throw invalidImage(where, 'it has nothing to put into flash');
  const joined: { address: number; parts: Uint8Array[]; end: number }[] = [];
  for (const { address, bytes } of sorted) {
    const last = joined.at(-1);
    if (last && address < last.end) throw invalidImage(where, `two parts of it claim ${hex(address)}`);
    if (last?.end === address) last.parts.push(bytes);
    else joined.push({ address, parts: [bytes], end: address });
    joined.at(-1)!.end = address + bytes.length;
  }
  return joined.map(({ address, parts }) => ({ address, bytes: Buffer.concat(parts) }));
}

/** @throws KilnError `image-outside` that names what lies outside of flash. */
export function checkInside(image: Image, { origin, size }: Region, where: string): void {
  const end = origin + size;
  const wrong = image.find(({ address, bytes }) => address < origin || address + bytes.length > end);
  if (!wrong) return;
  const what = `it has ${wrong.bytes.length} B at ${hex(wrong.address)}, and flash is ${hex(origin)} to ${hex(end - 1)}`;
  const todo = 'Build it for this board: `kiln project --board BOARD`, `kiln build`.';
  throw new KilnError('image-outside', { where, what, todo });
}

/** One run of bytes from the image's first to its last; what lies between segments is 0xff, as erased flash is. */
export function flatten(image: Image): Segment {
  const address = image[0]!.address;
  const last = image.at(-1)!;
  const bytes = new Uint8Array(last.address + last.bytes.length - address).fill(0xff);
  for (const segment of image) bytes.set(segment.bytes, segment.address - address);
  return { address, bytes };
}

/** The image in blocks of one size at multiples of it, filled up with 0xff; blocks without a byte of it are left out. */
export function blocksOf(image: Image, size: number): Segment[] {
  const blocks = new Map<number, Uint8Array>();
  for (const { address, bytes } of image) {
    for (let from = 0; from < bytes.length;) {
      const start = Math.floor((address + from) / size) * size;
      const to = Math.min(bytes.length, start + size - address);
      const block = blocks.get(start) ?? new Uint8Array(size).fill(0xff);
      block.set(bytes.subarray(from, to), address + from - start);
      blocks.set(start, block);
      from = to;
    }
  }
  return [...blocks].map(([address, bytes]) => ({ address, bytes }));
}

export function byteCount(image: Image): number {
  return image.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

export function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}

export function invalidImage(where: string, what: string, cause?: unknown): KilnError {
  const todo = 'Build it anew with `kiln build`, or name another file.';
  return new KilnError('image-invalid', { where, what, todo }, 'user', cause === undefined ? undefined : { cause });
}
