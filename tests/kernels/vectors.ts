// The committed vectors: inputs, and the outputs that TFLite Micro gave for them, one inference after the other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';

export const KERNELS_FOLDER = join(packageRoot(), 'tests', 'kernels');

export interface Vectors {
  /** The bytes of each inference: its inputs one after the other, its outputs one after the other. */
  inputs: Int8Array[];
  outputs: Int8Array[];
}

interface File {
  /** Base64 of all inferences' bytes. */
  cases: Record<string, { vectors: number; inputs: string; outputs: string }>;
}

/** The vectors of an op, by case. */
export function readVectors(op: string): Record<string, Vectors> {
  const { cases } = JSON.parse(readFileSync(join(KERNELS_FOLDER, `${op}.json`), 'utf8')) as File;
  return Object.fromEntries(
    Object.entries(cases).map(([name, { vectors, inputs, outputs }]) => [
      name,
      { inputs: split(inputs, vectors), outputs: split(outputs, vectors) },
    ]),
  );
}

function split(base64: string, count: number): Int8Array[] {
  const bytes = Buffer.from(base64, 'base64');
  const size = bytes.length / count;
  return Array.from({ length: count }, (_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size)));
}
