// Keeps extracted features on disk, under the hash of everything that made them and with their own.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../base/files.js';

/** Bytes before the features: their SHA-256. */
export const CACHE_HEADER = 32;

export function cacheFile(directory: string, key: string): string {
  return join(directory, `features-${key.slice(0, 32)}.bin`);
}

/** Fills `buffer`, header and features, from the cache. @returns whether there was a whole and undamaged file of that size */
export function readCache(path: string, buffer: Uint8Array): boolean {
  let kept: Uint8Array;
  try {
    kept = readFileSync(path);
  } catch {
    return false;
  }
  if (kept.length !== buffer.length || !digest(kept).equals(kept.subarray(0, CACHE_HEADER))) return false;
  buffer.set(kept);
  return true;
}

/** Fills in the header and writes the file. @throws KilnError `file-unwritable` */
export function writeCache(path: string, buffer: Uint8Array): void {
  buffer.set(digest(buffer));
  writeAtomic(path, buffer);
}

function digest(buffer: Uint8Array): Buffer {
  return createHash('sha256').update(buffer.subarray(CACHE_HEADER)).digest();
}
