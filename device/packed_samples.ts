// Samples packed without loss, about half as long: fixed prediction as in Shorten (Robinson, 1994), then Rice's code (1979).
import { FEED_BYTES, PACKED_SAMPLES } from './requests.js';

const ORDERS = [0, 1, 2] as const;
type Order = (typeof ORDERS)[number];

/** Bytes before the bits. */
const HEAD = 3;
/** Of ones in a code: then the rest stands as it is, in 16 bits. */
const LONGEST_RUN = 15;
const MOST_LOW_BITS = 14;

export interface Packed {
  bytes: Uint8Array;
  /** How many are in it. */
  samples: number;
}

/** As many of the first samples as fit into a request, by the order and the low bits by which the most fit. */
export function packSamples(samples: Int16Array): Packed {
  const start = samples.subarray(0, PACKED_SAMPLES);
  const ways = ORDERS.flatMap((order) => waysOf(codesOf(start, order), order));
  const best = ways.reduce((a, b) => (b.count > a.count || (b.count === a.count && b.bits < a.bits) ? b : a));
  return { bytes: written(best), samples: best.count };
}

/** What a prediction leaves of each sample, modulo 2¹⁶, signs last: 0, −1, 1, −2 … are 0, 1, 2, 3 … */
function codesOf(samples: Int16Array, order: Order): Uint16Array {
  let [last, before] = [0, 0];
  return Uint16Array.from(samples, (sample) => {
    const predicted = order === 0 ? 0 : order === 1 ? last : 2 * last - before;
    const rest = ((sample - predicted) << 16) >> 16;
    [before, last] = [last, sample];
    return (rest << 1) ^ (rest >> 31);
  });
}

interface Way {
  order: Order;
  lowBits: number;
  codes: Uint16Array;
  /** How many of the codes fit, and bits that they take. */
  count: number;
  bits: number;
}

/** Low bits around the mean's, where the best are. */
function waysOf(codes: Uint16Array, order: Order): Way[] {
  const mean = codes.reduce((sum, code) => sum + code, 0) / codes.length;
  const near = Math.max(0, Math.floor(Math.log2(mean + 1)) - 1);
  return [near - 1, near, near + 1]
    .filter((lowBits) => lowBits >= 0 && lowBits <= MOST_LOW_BITS)
    .map((lowBits) => ({ order, lowBits, codes, ...fitting(codes, lowBits) }));
}

function fitting(codes: Uint16Array, lowBits: number): Pick<Way, 'count' | 'bits'> {
  let [count, bits] = [0, 0];
  for (const code of codes) {
    const run = code >> lowBits;
    const length = run < LONGEST_RUN ? run + 1 + lowBits : LONGEST_RUN + 16;
    if (bits + length > 8 * (FEED_BYTES - HEAD)) break;
    bits += length;
    count++;
  }
  return { count, bits };
}

function written({ order, lowBits, codes, count, bits }: Way): Uint8Array {
  const bytes = Buffer.alloc(HEAD + Math.ceil(bits / 8));
  bytes[0] = (order << 4) | lowBits;
  bytes.writeUInt16LE(count, 1);
  let at = 8 * HEAD;
  const put = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--, at++) bytes[at >> 3]! |= ((value >> i) & 1) << (7 - (at & 7));
  };
  for (const code of codes.subarray(0, count)) {
    const run = code >> lowBits;
    if (run < LONGEST_RUN) {
      put(2 ** (run + 1) - 2, run + 1);
      put(code, lowBits);
    } else {
      put(2 ** LONGEST_RUN - 1, LONGEST_RUN);
      put(code, 16);
    }
  }
  return bytes;
}
