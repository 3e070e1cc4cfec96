// Where a firmware's bytes go: by part, section, layer and symbol. Each of these adds up to what binutils' `size` says.
import { existsSync } from 'node:fs';
import { readBytes } from '../../base/files.js';
import { readElf, type Kind } from './elf.js';
import { readMap } from './link_map.js';
import { ARENA, HEAP, MODEL_CODE, Parts, STACK, WEIGHTS, type PartPatterns } from './parts.js';
import { piecesOf, type Piece } from './pieces.js';

/** Bytes; what is in .data counts as both. */
export interface Bytes {
  flash: number;
  ram: number;
}

export type Named = Bytes & { name: string };

export interface SizeReport {
  format: 'tinykiln-size';
  version: 1;
  elf: string;
  /** Undefined: without it objects are known by local symbols alone. */
  map: string | undefined;
  /** As `size` says. */
  text: number;
  data: number;
  bss: number;
  flash: number;
  ram: number;
  /** Largest first. */
  parts: Named[];
  sections: Named[];
  /** Of a model that tinykiln compiled: weights and code of each layer. */
  layers: { name: string; weights: number; code: number }[];
  /** What each byte of RAM is; `static` is all that has no name here. */
  memory: { arena: number; stack: number; heap: number; static: number };
  /** What asks for memory while the program runs: names of functions, empty where none does. */
  allocators: string[];
  symbols: (Named & { part: string })[];
}

export interface SizeOptions {
  /** The linker's map; left out, the one beside the ELF. */
  map?: string | undefined;
  parts?: PartPatterns;
}

const ALLOCATORS = /^(malloc|_malloc_r|_sbrk|_sbrk_r|pvPortMalloc|_Znwj|_Znaj)$/;

/** @throws KilnError `file-unreadable`, `elf-unreadable`, `map-unreadable` */
export async function sizeReport(elf: string, { map, parts }: SizeOptions = {}): Promise<SizeReport> {
  const memory = readElf(readBytes(elf, 'Build it with `kiln build`, or name another ELF file.'), elf);
  const mapFile = map ?? mapBeside(elf);
  const pieces = piecesOf(memory, mapFile === undefined ? undefined : await readMap(mapFile));
  const table = new Parts(parts);
  const owned = pieces.map((piece) => ({ ...piece, part: table.of(piece) }));
  const of = (kind: Kind) => sum(pieces.filter((piece) => piece.kind === kind).map(({ size }) => size));
  const [text, data, bss] = [of('text'), of('data'), of('bss')];
  return {
    ...{ format: 'tinykiln-size', version: 1, elf, map: mapFile },
    ...{ text, data, bss, flash: text + data, ram: data + bss },
    parts: groups(owned, ({ part }) => part),
    sections: groups(owned, ({ section }) => section),
    layers: layersOf(owned),
    memory: memoryOf(owned),
    allocators: memory.symbols.map(({ name }) => name).filter((name) => ALLOCATORS.test(name)),
    symbols: symbolsOf(owned),
  };
}

function mapBeside(elf: string): string | undefined {
  return [elf.replace(/\.elf$/, '.map'), `${elf}.map`].find((path) => path !== elf && existsSync(path));
}

type Owned = Piece & { part: string };

function groups(pieces: readonly Owned[], nameOf: (piece: Owned) => string): Named[] {
  const found = new Map<string, Named>();
  for (const piece of pieces) {
    const name = nameOf(piece);
    const group = found.get(name) ?? { name, flash: 0, ram: 0 };
    if (piece.kind !== 'bss') group.flash += piece.size;
    if (piece.kind !== 'text') group.ram += piece.size;
    found.set(name, group);
  }
  return [...found.values()].sort((a, b) => b.flash + b.ram - a.flash - a.ram);
}

function symbolsOf(pieces: readonly Owned[]): SizeReport['symbols'] {
  const separator = '\0';
  const named = groups(pieces, (piece) => [piece.part, nameOf(piece)].join(separator));
  return named.map(({ name, ...bytes }) => {
    const [part, symbol] = name.split(separator) as [string, string];
    return { name: symbol, part, ...bytes };
  });
}

/** What has no symbol goes by its object and input section. */
function nameOf({ symbol, object, input, section }: Piece): string {
  if (symbol !== undefined) return symbol;
  const file = object?.replace(/^.*\//, '');
  return file === undefined ? `(${section})` : `${file}:${input ?? section}`;
}

function memoryOf(pieces: readonly Owned[]): SizeReport['memory'] {
  const inRam = pieces.filter(({ kind }) => kind !== 'text');
  const of = (name: string) => sum(inRam.filter(({ part }) => part === name).map(({ size }) => size));
  const [arena, stack, heap] = [of(ARENA), of(STACK), of(HEAP)];
  return { arena, stack, heap, static: sum(inRam.map(({ size }) => size)) - arena - stack - heap };
}

/** Generated names are LAYER_weights, LAYER_bias, LAYER_run and so on; what layers share has another. Largest first. */
function layersOf(pieces: readonly Owned[]): SizeReport['layers'] {
  const layers = new Map<string, { name: string; weights: number; code: number }>();
  const own = pieces.filter(({ part }) => part === WEIGHTS || part === MODEL_CODE);
  const layerOf = (symbol = '') => /^(.+)_[a-z]+(\.\w+)*$/.exec(symbol)?.[1] ?? '';
  for (const { symbol } of own) {
    if (!/_(weights|run)(\.\w+)*$/.test(symbol ?? '')) continue;
    layers.set(layerOf(symbol), { name: layerOf(symbol), weights: 0, code: 0 });
  }
  for (const { part, symbol, size } of own) {
    const layer = layers.get(layerOf(symbol));
    if (layer) layer[part === WEIGHTS ? 'weights' : 'code'] += size;
  }
  return [...layers.values()].sort((a, b) => b.weights + b.code - a.weights - a.code);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
