// Ways to damage a file as bytes, whatever they mean.
import type { Random } from '../../base/random.js';

/** Changes a copy that the caller made; may return another array. */
export type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const EXTREMES = [0, 1, 4, 0x7f, 0x80, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];

export const BYTE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a byte changed': (bytes, random) => {
    bytes[random.integer(bytes.length)] = random.integer(256);
    return bytes;
  },
  'bits flipped': (bytes, random) => {
    for (let i = random.integer(8); i >= 0; i--) bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return bytes;
  },
  'a word set to an extreme': (bytes, random) => {
    const at = 4 * random.integer(bytes.length >> 2);
    const values = [...EXTREMES, bytes.length];
    new DataView(bytes.buffer).setUint32(at, values[random.integer(values.length)]!, true);
    return bytes;
  },
  'a word changed by a little': (bytes, random) => {
    const at = 4 * random.integer(bytes.length >> 2);
    const view = new DataView(bytes.buffer);
    view.setUint32(at, view.getUint32(at, true) + random.integer(9) - 4, true);
    return bytes;
  },
  'a word taken from elsewhere': (bytes, random) => {
    const [from, to] = [4 * random.integer(bytes.length >> 2), 4 * random.integer(bytes.length >> 2)];
    bytes.copyWithin(to, from, from + 4);
    return bytes;
  },
  'a run overwritten': (bytes, random) => {
    const at = random.integer(bytes.length);
    return bytes.fill(random.integer(256), at, at + random.integer(64));
  },
  'the end cut off': (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  'a run cut out': (bytes, random) => {
    const at = random.integer(bytes.length);
    const rest = bytes.subarray(at + random.integer(40));
    const shorter = new Uint8Array(at + rest.length);
    shorter.set(bytes.subarray(0, at));
    shorter.set(rest, at);
    return shorter;
  },
};
