// Which rows of the training features an epoch takes, and in what order.
import type { Random } from '../base/random.js';
import type { Examples } from './features.js';

/**
 * As many rows as there are examples, in random order, each of a random variant.
 * @param balanced every class as often as any other: the examples of a rare one are taken again, of a frequent one some are left for another epoch
 */
export function rowsOfEpoch({ y, n, variants }: Examples, balanced: boolean, random: Random): Uint32Array<ArrayBuffer> {
  const examples = balanced ? balancedExamples(y, random) : Uint32Array.from({ length: n }, (_, i) => i);
  return random.shuffle(examples.map((i) => i * variants + random.integer(variants)));
}

function balancedExamples(y: Uint8Array, random: Random): Uint32Array<ArrayBuffer> {
  const byClass = [...new Set(y)].map((label) => {
    const own = Array.from(y.keys()).filter((i) => y[i] === label);
    return random.shuffle(own);
  });
  const turns = random.shuffle(Array.from(byClass.keys()));
  return Uint32Array.from(y, (_, i) => {
    const own = byClass[turns[i % turns.length]!]!;
    return own[Math.floor(i / turns.length) % own.length]!;
  });
}
