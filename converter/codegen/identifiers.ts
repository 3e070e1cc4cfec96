// Layer names as C names. What is emitted adds a suffix that says what it is (`_weights`, `_run`), so that no layer
// meets a keyword, a library function or another layer's constants.

import { KilnError } from '../../base/errors.js';
import { quoted } from '../graph/print.js';

const MAX_LENGTH = 40;

/** @throws KilnError `name-invalid` where a prefix of exported names is none in C */
export function checkIdentifier(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  const todo = 'Choose letters, digits and _, with no digit first.';
  throw new KilnError('name-invalid', { where: `name ${quoted(name)}`, what: 'it is no C identifier', todo });
}

/** Lower case, digits and _ only, at most 40 characters and a number, never a digit first; all different. */
export function identifiers(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = identifier(name);
    let unique = base;
    for (let n = 2; taken.has(unique); n++) unique = `${base}_${n}`;
    taken.add(unique);
    return unique;
  });
}

/** What a layer is called, of the many names that TFLite joins when it fuses ops: model/conv2d/Relu;model/conv2d/Bias. */
export function shortName(name: string): string {
  return name.split(';')[0]!;
}

/** model/conv2d_1/Relu → conv2d_1_relu: the last two parts of a path say which layer it is. */
function identifier(name: string): string {
  const path = shortName(name).split('/').slice(-2).join('_');
  const plain = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, MAX_LENGTH)
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(plain) ? plain : `layer_${plain}`.replace(/_$/, '');
}
