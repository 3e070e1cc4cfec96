// What grew and what shrank between two firmwares: by part and by symbol.
import type { Bytes, Named, SizeReport } from '../device/size/size_report.js';

export interface Change extends Bytes {
  name: string;
  part: string;
  /** New, gone, or there before and after. */
  state: 'added' | 'removed' | 'changed';
}

/** Parts of both, those that changed most first; flash and RAM are differences. */
export function partChanges(before: SizeReport, now: SizeReport): Named[] {
  return differences(before.parts, now.parts, ({ name }) => name).map(({ key: name, flash, ram }) => ({
    name,
    flash,
    ram,
  }));
}

/** Symbols that changed, those that grew most first. */
export function symbolChanges(before: SizeReport, now: SizeReport): Change[] {
  const key = ({ part, name }: { part: string; name: string }) => `${part}\0${name}`;
  const states = { '10': 'removed', '01': 'added', '11': 'changed' } as const;
  return differences(before.symbols, now.symbols, key).map(({ key: both, flash, ram, was, is }) => {
    const [part, name] = both.split('\0') as [string, string];
    return { name, part, flash, ram, state: states[`${was ? 1 : 0}${is ? 1 : 0}` as keyof typeof states] };
  });
}

type Difference = Bytes & { key: string; was: boolean; is: boolean };

function differences<T extends Bytes>(
  before: readonly T[],
  now: readonly T[],
  keyOf: (item: T) => string,
): Difference[] {
  const found = new Map<string, Difference>();
  const add = (items: readonly T[], sign: 1 | -1) => {
    for (const item of items) {
      const key = keyOf(item);
      const sum = found.get(key) ?? { key, flash: 0, ram: 0, was: false, is: false };
      sum.flash += sign * item.flash;
      sum.ram += sign * item.ram;
      sum[sign === 1 ? 'is' : 'was'] = true;
      found.set(key, sum);
    }
  };
  add(before, -1);
  add(now, 1);
  return [...found.values()]
    .filter(({ flash, ram }) => flash !== 0 || ram !== 0)
    .sort((a, b) => b.flash + b.ram - a.flash - a.ram || (a.key < b.key ? -1 : 1));
}
