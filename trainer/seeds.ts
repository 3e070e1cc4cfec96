// One seed for each purpose, epoch and step, so that a training can go on from any step without replaying those before.

/** Mixes numbers into a seed of 32 bits: MurmurHash3's rounds over their low 32 bits. */
export function deriveSeed(...parts: number[]): number {
  let hash = 0;
  for (const part of parts) {
    let k = Math.imul(part, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash ^= k;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= parts.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What the random numbers are for. */
export const PURPOSE = { weights: 1, order: 2, shard: 3, quantized: 4 } as const;
