// Equality of vectors that says where they differ: the first inference and byte, without printing the rest.
import { expect } from 'vitest';

export function expectSame(found: readonly Int8Array[], expected: readonly Int8Array[], what = ''): void {
  expect(difference(found, expected), what).toBeUndefined();
}

function difference(found: readonly Int8Array[], expected: readonly Int8Array[]): string | undefined {
  if (found.length !== expected.length) return `${found.length} inferences, not ${expected.length}`;
  for (const [i, vector] of expected.entries()) {
    const other = found[i]!;
    if (other.length !== vector.length) return `inference ${i} has ${other.length} bytes, not ${vector.length}`;
    const at = vector.findIndex((value, k) => value !== other[k]);
    if (at >= 0) return `byte ${at} of inference ${i} is ${other[at]}, not ${vector[at]}`;
  }
  return undefined;
}
