// Checkpoints: named float arrays and plain data in one file, which is believed only if whole and from the very same training.
import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { messageOf } from '../base/errors.js';
import { readBytes, writeAtomic } from '../base/files.js';

export interface Checkpoint<Data> {
  data: Data;
  arrays: Readonly<Record<string, Float32Array>>;
}

interface Header<Data> {
  /** Hash of everything that the results depend on. */
  fingerprint: string;
  data: Data;
  arrays: { name: string; length: number }[];
}

/** The file: magic, header's length (u32), header (JSON), arrays (little endian), SHA-256 of all that. */
const MAGIC = Buffer.from('KILNCKP1', 'latin1');
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;

/** Writes it whole or not at all. @throws KilnError `file-unwritable` */
export function writeCheckpoint<Data>(path: string, fingerprint: string, { data, arrays }: Checkpoint<Data>): void {
  const entries = Object.entries(arrays);
  const header: Header<Data> = {
    fingerprint,
    data,
    arrays: entries.map(([name, { length }]) => ({ name, length })),
  };
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  const body = Buffer.concat([MAGIC, length, text, ...entries.map(([, array]) => bytesOf(array))]);
  writeAtomic(path, Buffer.concat([body, digest(body)]));
}

/**
 * Reads the checkpoint of the training with this fingerprint.
 * @param onNotice told which file is passed over, and why, if it is damaged or another training's
 * @returns undefined where there is none to go on from
 */
export function readCheckpoint<Data>(
  path: string,
  fingerprint: string,
  onNotice: (text: string) => void,
): Checkpoint<Data> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { header, arrays } = parse<Data>(readBytes(path));
    if (header.fingerprint === fingerprint) return { data: header.data, arrays };
    onNotice(`${path}: passed over, it is of a training with other settings or data; training starts anew`);
  } catch (error) {
    onNotice(`${path}: passed over, ${messageOf(error)}; training starts anew`);
  }
  return undefined;
}

function parse<Data>(file: Buffer): { header: Header<Data>; arrays: Record<string, Float32Array> } {
  const start = MAGIC.length + LENGTH_BYTES;
  if (file.length < start + DIGEST_BYTES || !file.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new Error('it is no checkpoint of tinykiln');
  }
  const body = file.subarray(0, -DIGEST_BYTES);
  if (!digest(body).equals(file.subarray(-DIGEST_BYTES))) throw new Error('it is damaged or cut short');
  let offset = start + file.readUInt32LE(MAGIC.length);
  const header = JSON.parse(body.toString('utf8', start, offset)) as Header<Data>;
  const arrays: Record<string, Float32Array> = {};
  for (const { name, length } of header.arrays) {
    const end = offset + length * Float32Array.BYTES_PER_ELEMENT;
    arrays[name] = new Float32Array(Uint8Array.from(body.subarray(offset, end)).buffer);
    offset = end;
  }
  return { header, arrays };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

function digest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}
