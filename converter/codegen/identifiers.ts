// Layer names as C identifiers.

/** Lower case, digits and _ only, at most 40 characters, never a digit first; different names stay different. */
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

/** model/conv2d_1/Relu;more → conv2d_1_relu: the last two parts of a path say which layer it is. */
function identifier(name: string): string {
  const path = name.split(';')[0]!.split('/').slice(-2).join('_');
  const plain = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(plain) ? plain : `layer_${plain}`;
}
