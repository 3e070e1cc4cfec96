// Every byte of a program's memory exactly once: by section, by the object file that it came from, by symbol.
import type { ElfMemory, ElfSymbol, Kind, Section } from './elf.js';
import type { Contribution } from './link_map.js';

export interface Piece {
  section: string;
  kind: Kind;
  size: number;
  /** Undefined where no object file gave it, or none is known. */
  object: string | undefined;
  /** The input section. */
  input: string | undefined;
  symbol: string | undefined;
  /** By the symbol; undefined where there is none. */
  isFunction: boolean | undefined;
  /** No object file gave it: the linker did, to align what follows. Not known without a map. */
  isGap: boolean;
}

interface Span {
  address: number;
  size: number;
}

/**
 * Pieces whose sizes add up to those of the sections. Where things overlap (merged strings, aliases, folded functions), what
 * begins first has the bytes.
 * @param contributions of the map; undefined where there is none
 */
export function piecesOf({ sections, symbols }: ElfMemory, contributions?: readonly Contribution[]): Piece[] {
  const byOutput = contributions && grouped(contributions);
  return sections.flatMap((section) => {
    const given = byOutput && within(byOutput.get(section.name) ?? [], section);
    const parts = given ? cover(section, given) : [{ ...span(section), of: undefined }];
    const own = within(symbols, section);
    return parts.flatMap((part) => split(section, part, within(own, part), given !== undefined));
  });
}

/** By section of the program, ascending by address. */
function grouped(contributions: readonly Contribution[]): Map<string, Contribution[]> {
  const groups = new Map<string, Contribution[]>();
  for (const one of contributions) {
    const group = groups.get(one.output);
    if (group) group.push(one);
    else groups.set(one.output, [one]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.address - b.address || b.size - a.size);
  return groups;
}

function split(section: Section, part: Cover<Contribution>, symbols: readonly ElfSymbol[], mapped: boolean): Piece[] {
  return cover(part, symbols).map(({ size, of: symbol }) => ({
    section: section.name,
    kind: section.kind,
    size,
    object: part.of && !isIntermediate(part.of.object) ? part.of.object : symbol?.file,
    input: part.of?.section,
    symbol: symbol?.name,
    isFunction: symbol?.isFunction,
    isGap: mapped && !part.of && !symbol,
  }));
}

/** What link-time optimization made of all objects: only symbols tell them apart. */
function isIntermediate(object: string): boolean {
  return /\.ltrans\d*\.(ltrans\.)?o$|\.lto\.o?/.test(object);
}

function span({ address, size }: Span): Span {
  return { address, size };
}

type Cover<T> = Span & { of: T | undefined };

/** The whole of `area` as what covers it, and the gaps between. @param items ascending by address */
function cover<T extends Span>(area: Span, items: readonly T[]): Cover<T>[] {
  const end = area.address + area.size;
  const covers: Cover<T>[] = [];
  let at = area.address;
  for (const item of items) {
    const [from, to] = [Math.max(at, item.address), Math.min(end, item.address + item.size)];
    if (from >= to) continue;
    if (from > at) covers.push({ address: at, size: from - at, of: undefined });
    covers.push({ address: from, size: to - from, of: item });
    at = to;
  }
  if (at < end) covers.push({ address: at, size: end - at, of: undefined });
  return covers;
}

/** Those that begin inside. @param items ascending by address */
function within<T extends Span>(items: readonly T[], { address, size }: Span): T[] {
  return items.slice(firstFrom(items, address), firstFrom(items, address + size));
}

/** Index of the first item at or above the address. */
function firstFrom(items: readonly Span[], address: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.address < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
