// What a 32-bit ELF file says of memory: the sections that are in it when the program runs, and the symbols in them.
import { KilnError } from '../../base/errors.js';

/** As binutils' `size` counts a section: in flash, in both, in RAM. */
export type Kind = 'text' | 'data' | 'bss';

export interface Section {
  name: string;
  address: number;
  size: number;
  kind: Kind;
}

export interface ElfSymbol {
  name: string;
  address: number;
  size: number;
  isFunction: boolean;
  /** Name of the source, of a local symbol. */
  file: string | undefined;
}

export interface ElfMemory {
  /** Ascending by address; none is empty. */
  sections: Section[];
  /** Functions and objects with a size, ascending by address. */
  symbols: ElfSymbol[];
}

const SHF = { write: 1, alloc: 2, exec: 4 } as const;
const SHT = { symtab: 2, nobits: 8 } as const;
const STT = { object: 1, func: 2, file: 4 } as const;
const STB_LOCAL = 0;
const SHN_ABS = 0xfff1;
const EM_ARM = 40;
const HEADER_BYTES = 52;
const SECTION_BYTES = 40;
const SYMBOL_BYTES = 16;

interface Header {
  nameAt: number;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
}

/** @throws KilnError `elf-unreadable` */
export function readElf(file: Buffer, where: string): ElfMemory {
  const elf = new ElfReader(file, where);
  const headers = elf.sectionHeaders();
  const names = elf.contents(headers[elf.nameSection()]);
  const sections = headers
    .filter(({ flags, size }) => flags & SHF.alloc && size > 0)
    .map((header) => sectionOf(header, text(names, header.nameAt)))
    .sort((a, b) => a.address - b.address);
  const table = headers.find(({ type }) => type === SHT.symtab);
  const symbols = table ? elf.symbols(table, elf.contents(headers[table.link])) : [];
  return { sections, symbols: symbols.sort((a, b) => a.address - b.address || b.size - a.size) };
}

function sectionOf({ type, flags, address, size }: Header, name: string): Section {
  const readOnly = !(flags & SHF.write) || flags & SHF.exec;
  return { name, address, size, kind: readOnly ? 'text' : type === SHT.nobits ? 'bss' : 'data' };
}

class ElfReader {
  constructor(
    private readonly file: Buffer,
    private readonly where: string,
  ) {
    if (file.length < HEADER_BYTES || file.readUInt32BE(0) !== 0x7f454c46) throw this.invalid('it is no ELF file');
    if (file[4] !== 1) throw this.invalid('it is a 64-bit ELF file: not for a microcontroller');
    if (file[5] !== 1) throw this.invalid('it is a big-endian ELF file');
  }

  nameSection(): number {
    return this.file.readUInt16LE(50);
  }

  sectionHeaders(): Header[] {
    const [start, size, count] = [this.file.readUInt32LE(32), this.file.readUInt16LE(46), this.file.readUInt16LE(48)];
    if (count === 0) throw this.invalid('it has no section headers');
    if (size < SECTION_BYTES || start + size * count > this.file.length) throw this.invalid('its sections are cut off');
    return Array.from({ length: count }, (_, i) => this.sectionHeader(start + i * size));
  }

  private sectionHeader(at: number): Header {
    const word = (i: number) => this.file.readUInt32LE(at + 4 * i);
    const [nameAt, type, flags, address, offset] = [word(0), word(1), word(2), word(3), word(4)];
    return { nameAt, type, flags, address, offset, size: word(5), link: word(6) };
  }

  /** @throws KilnError where they lie outside of the file */
  contents(header: Header | undefined): Buffer {
    if (!header || header.offset + header.size > this.file.length) throw this.invalid('its tables are cut off');
    return this.file.subarray(header.offset, header.offset + header.size);
  }

  symbols(header: Header, names: Buffer): ElfSymbol[] {
    const table = this.contents(header);
    const thumb = this.file.readUInt16LE(18) === EM_ARM ? 1 : 0;
    const found: ElfSymbol[] = [];
    let source: string | undefined;
    for (let at = 0; at + SYMBOL_BYTES <= table.length; at += SYMBOL_BYTES) {
      const [type, binding] = [table[at + 12]! & 15, table[at + 12]! >> 4];
      const [name, size] = [text(names, table.readUInt32LE(at)), table.readUInt32LE(at + 8)];
      if (type === STT.file) source = name;
      if ((type !== STT.func && type !== STT.object) || size === 0) continue;
      const section = table.readUInt16LE(at + 14);
      if (section === 0 || section >= SHN_ABS) continue;
      const address = table.readUInt32LE(at + 4);
      const file = binding === STB_LOCAL ? source : undefined;
      const isFunction = type === STT.func;
      found.push({ name, address: isFunction ? address - (address & thumb) : address, size, isFunction, file });
    }
    return found;
  }

  private invalid(what: string): KilnError {
    return new KilnError('elf-unreadable', {
      where: this.where,
      what,
      todo: 'Give the .elf file that the linker made.',
    });
  }
}

function text(table: Buffer, at: number): string {
  const end = table.indexOf(0, at);
  return at < table.length ? table.toString('utf8', at, end < 0 ? table.length : end) : '';
}
