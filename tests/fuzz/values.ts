// Ways to damage plain data, the tables of a .tflite or a model.json: the outside stays sound, and what it says is wrong.
import type { Random } from '../../base/random.js';

const NUMBERS = [0, 1, -1, 2, 3, 4, 5, 8, 127, 128, 255, -128, 1000, 65535, 2 ** 24, 2 ** 31 - 1, -(2 ** 31)];
const FRACTIONS = [NaN, Infinity, -Infinity, 0.5, 1e-45, 1e-30, 3.4e38, -0];

interface Place {
  owner: Record<string, unknown>;
  key: string;
}

/** Changes one place, sometimes two or three, in `value`, which the caller has copied. */
export function mutateValue(value: object, random: Random): void {
  for (let i = Math.max(0, random.integer(6) - 3); i >= 0; i--) {
    const places = placesIn(value);
    if (places.length === 0) return;
    change(places[random.integer(places.length)]!, places, random);
  }
}

/** Every field and element, at any depth; of long arrays the first few. */
function placesIn(value: object): Place[] {
  const found: Place[] = [];
  const visit = (owner: object, depth: number) => {
    if (ArrayBuffer.isView(owner) || depth > 12) return;
    for (const key of Object.keys(owner).slice(0, 40)) {
      const item = (owner as Record<string, unknown>)[key];
      found.push({ owner: owner as Record<string, unknown>, key });
      if (typeof item === 'object' && item !== null) visit(item, depth + 1);
    }
  };
  visit(value, 0);
  return found;
}

function change(place: Place, places: readonly Place[], random: Random): void {
  const { owner, key } = place;
  const value = owner[key];
  const kind = random.integer(10);
  if (kind === 0) return void delete owner[key];
  if (kind === 1) {
    const other = places[random.integer(places.length)]!;
    owner[key] = structuredClone(other.owner[other.key]);
  } else if (Array.isArray(value) && kind < 6) changeArray(value, random);
  else if (ArrayBuffer.isView(value)) owner[key] = new Uint8Array(random.integer(64));
  else owner[key] = changed(value, random);
}

function changeArray(array: unknown[], random: Random): void {
  const at = random.integer(Math.max(1, array.length));
  const kind = random.integer(4);
  if (kind === 0) array.splice(at, 1);
  else if (kind === 1) array.splice(at, 0, structuredClone(array[at]));
  else if (kind === 2) array.reverse();
  else array.push(structuredClone(array[0]));
}

function changed(value: unknown, random: Random): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string')
    return ['', value.slice(1), `${value}x`, value.repeat(50), '__proto__'][random.integer(5)];
  if (typeof value === 'bigint') return BigInt(NUMBERS[random.integer(NUMBERS.length)]!);
  if (typeof value !== 'number') return NUMBERS[random.integer(NUMBERS.length)];
  const kind = random.integer(4);
  if (kind === 0) return value + random.integer(5) - 2;
  if (kind === 1 && !Number.isInteger(value)) return FRACTIONS[random.integer(FRACTIONS.length)];
  return NUMBERS[random.integer(NUMBERS.length)];
}
