// The linker's map, of GNU ld or LLVM's lld: which object file each byte of the program came from. Read line by line, as it
// may have millions of them.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { KilnError, messageOf } from '../../base/errors.js';

export interface Contribution {
  /** The section of the program. */
  output: string;
  address: number;
  size: number;
  /** The input section, such as .text.main. */
  section: string;
  /** The object file, in an archive as `libc.a(memcpy.o)`. */
  object: string;
}

/** @throws KilnError `map-unreadable` */
export async function readMap(path: string): Promise<Contribution[]> {
  const parser = new MapParser();
  try {
    const lines = createInterface({ input: createReadStream(path, 'latin1'), crlfDelay: Infinity });
    for await (const line of lines) parser.take(line);
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  if (!parser.recognized) throw unreadable(path, 'it is no map of GNU ld or lld');
  return parser.contributions;
}

function unreadable(where: string, what: string, cause?: unknown): KilnError {
  const todo = 'Link with -Wl,-Map=FILE and give that file, or leave --map out.';
  return new KilnError('map-unreadable', { where, what, todo }, 'user', { cause });
}

/** ` .text.main  0x08000100  0x24 main.o`, of which the section's name may stand on a line of its own. */
const GNU_WHOLE = /^ ([^\s*]\S*) +0x([0-9a-f]+) +0x([0-9a-f]+) (.+)$/;
const GNU_NAME = /^ ([^\s*]\S*)$/;
const GNU_OUTPUT = /^([^\s*]\S*)(?: +0x[0-9a-f]+ +0x[0-9a-f]+.*)?$/;
const GNU_REST = /^ {2,}0x([0-9a-f]+) +0x([0-9a-f]+) (.+)$/;
/** `     100      100      200     4 .text` */
const LLD_OUTPUT = /^ *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ (\S+)$/;
/** `     100      100       24     4         main.o:(.text.main)`: VMA, LMA, size in hexadecimal, alignment. */
const LLD = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}(.+):\((.+)\)$/;

export class MapParser {
  readonly contributions: Contribution[] = [];
  recognized = false;
  private name: string | undefined;
  private lld = false;
  private inMemory = false;
  private output = '';

  take(line: string): void {
    if (/^ *VMA +LMA +Size Align Out/.test(line)) this.lld = this.recognized = true;
    else if (/^Linker script and memory map/.test(line)) this.inMemory = this.recognized = true;
    else if (this.lld) this.takeLld(line);
    else if (this.inMemory) this.takeGnu(line);
  }

  private takeGnu(line: string): void {
    const name = this.name;
    this.name = undefined;
    const whole = GNU_WHOLE.exec(line);
    const rest = name === undefined ? null : GNU_REST.exec(line);
    if (whole) this.add(whole[1]!, whole[2]!, whole[3]!, whole[4]!);
    else if (rest) this.add(name!, rest[1]!, rest[2]!, rest[3]!);
    else this.name = GNU_NAME.exec(line)?.[1];
    this.output = GNU_OUTPUT.exec(line)?.[1] ?? this.output;
  }

  private takeLld(line: string): void {
    const found = LLD.exec(line);
    this.output = LLD_OUTPUT.exec(line)?.[1] ?? this.output;
    if (found) this.add(found[4]!, found[1]!, found[2]!, found[3]!);
  }

  private add(section: string, address: string, size: string, object: string): void {
    const bytes = parseInt(size, 16);
    if (bytes === 0) return;
    this.contributions.push({ output: this.output, section, address: parseInt(address, 16), size: bytes, object });
  }
}
