// Divides speakers among train, val and test, so that nobody is heard in two of them.
import { KilnError } from '../../base/errors.js';
import { sha256 } from '../../base/files.js';

export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Share of the speakers that val and test each get, and never less than one. */
const HELD_OUT = 0.1;

/**
 * By the hash of their names, so in the same way on every machine and for any order.
 * @throws KilnError `speakers-too-few` where there are not three
 */
export function splitBySpeaker(speakers: Iterable<string>, where: string): Map<string, Split> {
  const order = [...new Set(speakers)]
    .map((speaker) => ({ speaker, hash: sha256(speaker) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  if (order.length < 3) {
    const what = `a split by speaker needs three speakers, and there are ${order.length}`;
    const todo = 'Add recordings of more people, or list the splits in validation_list.txt and testing_list.txt.';
    throw new KilnError('speakers-too-few', { where, what, todo });
  }
  const held = Math.max(1, Math.round(order.length * HELD_OUT));
  const splitAt = (rank: number): Split => (rank < held ? 'test' : rank < 2 * held ? 'val' : 'train');
  return new Map(order.map(({ speaker }, rank) => [speaker, splitAt(rank)]));
}
