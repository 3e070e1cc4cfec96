// What GNU objdump prints of Thumb code, as far as the stack and the flow of control go.

/** How an instruction changes the stack's depth: in bytes, growing with what is pushed. */
export type StackChange =
  { kind: 'by'; bytes: number } | { kind: 'to register' | 'from register'; register: string; bytes: number };

export interface Instruction {
  address: number;
  stack?: StackChange;
  /** By an amount that is not said in the instruction nor before it. */
  movesStackUnknown: boolean;
  /** Where it may branch to. */
  targets: number[];
  isCall: boolean;
  /** Through a register: a call, or a branch that is none of a table. */
  isIndirect: boolean;
  isTableJump: boolean;
  /** Nothing behind it is run after it. */
  ends: boolean;
  /** Nothing that runs: constants, and what fills up to a multiple of 4. */
  isFiller: boolean;
}

export interface Routine {
  name: string;
  address: number;
  instructions: Instruction[];
}

interface Line {
  address: number;
  mnemonic: string;
  operands: string;
}

const CONDITION = '(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo)';
const HEADER = /^([0-9a-f]+) <(.+)>:$/;
const LINE = /^ *([0-9a-f]+):\t(\S+)(?:\t(.*))?$/;
const WORD_BYTES = 4;

/** Routines by their addresses. @param text of `objdump -d --no-show-raw-insn` */
export function routinesOf(text: string): Map<number, Routine> {
  const lines = text.split('\n');
  const words = wordsIn(lines);
  const routines = new Map<number, Routine>();
  let decoder = new Decoder(words);
  let routine: Routine | undefined;
  for (const line of lines) {
    const header = HEADER.exec(line);
    if (header) {
      const address = Number.parseInt(header[1]!, 16);
      routine = { name: header[2]!, address, instructions: [] };
      decoder = new Decoder(words);
      routines.set(address, routine);
    }
    const parsed = lineOf(line);
    if (parsed) routine?.instructions.push(decoder.instruction(parsed));
  }
  return routines;
}

function lineOf(text: string): Line | undefined {
  const [, address, mnemonic, operands = ''] = LINE.exec(text) ?? [];
  if (mnemonic === undefined) return undefined;
  return { address: Number.parseInt(address!, 16), mnemonic, operands };
}

/** Constants among the code, as signed numbers. */
function wordsIn(lines: readonly string[]): Map<number, number> {
  const words = new Map<number, number>();
  for (const line of lines) {
    const { address, mnemonic, operands } = lineOf(line) ?? {};
    if (mnemonic === '.word') words.set(address!, Number.parseInt(operands!, 16) | 0);
  }
  return words;
}

/** Knows the constants that registers hold where the code just put them there. */
class Decoder {
  private readonly constants = new Map<string, number>();

  constructor(private readonly words: ReadonlyMap<number, number>) {}

  instruction(line: Line): Instruction {
    const { address, mnemonic, operands } = line;
    const stem = mnemonic.replace(/\.[nw]$/, '');
    const stack = this.stackChange(stem, operands);
    this.note(stem, operands);
    const flow = flowOf(stem, operands);
    // Of what is done under a condition, the way that goes on does without.
    const skipped = flow.isConditionalReturn;
    return {
      address,
      ...(stack && stack !== 'unknown' && !skipped && { stack }),
      movesStackUnknown: stack === 'unknown',
      targets: flow.targets,
      isCall: flow.isCall,
      isIndirect: flow.isIndirect,
      isTableJump: flow.isTableJump,
      ends: flow.ends,
      isFiller: mnemonic.startsWith('.') || stem === 'nop',
    };
  }

  private stackChange(stem: string, operands: string): StackChange | 'unknown' | undefined {
    const list = /\{(.*)\}/.exec(operands)?.[1];
    const isPush = /^v?push|^v?stmdb/.test(stem);
    const isPop = /^v?pop|^v?ldmia/.test(stem);
    const isList = /^v?(push|pop)/.test(stem) || operands.startsWith('sp!');
    if (list !== undefined && isList && (isPush || isPop)) return by((isPush ? 1 : -1) * bytesOf(list));
    const indexed = /\[sp, #(-?\d+)\]!|\[sp\], #(-?\d+)/.exec(operands);
    if (indexed) return by(-Number(indexed[1] ?? indexed[2]));
    const [target, ...rest] = operands.replace(/\s*@.*/, '').split(/,\s*/);
    if (/^(add|sub)w?$/.test(stem) && target === 'sp') return this.added(stem, rest.at(-1)!);
    if (stem === 'mov' && target === 'sp') return { kind: 'from register', register: rest[0]!, bytes: 0 };
    if (stem === 'mov' && rest[0] === 'sp') return { kind: 'to register', register: target!, bytes: 0 };
    if (/^addw?$/.test(stem) && rest[0] === 'sp' && rest[1]?.startsWith('#')) {
      return { kind: 'to register', register: target!, bytes: -Number(rest[1].slice(1)) };
    }
    return undefined;
  }

  private added(stem: string, operand: string): StackChange | 'unknown' {
    const amount = operand.startsWith('#') ? Number(operand.slice(1)) : this.constants.get(operand);
    if (amount === undefined) return 'unknown';
    return by(stem.startsWith('sub') ? amount : -amount);
  }

  private note(stem: string, operands: string): void {
    const [target, first, second] = operands.replace(/\s*@.*/, '').split(/,\s*/);
    const before = this.constants.get(first ?? '');
    const literal = /@ \(([0-9a-f]+) /.exec(operands);
    const value =
      stem === 'ldr' && literal
        ? this.words.get(Number.parseInt(literal[1]!, 16))
        : /^movs?w?$/.test(stem) && first?.startsWith('#')
          ? Number(first.slice(1))
          : stem === 'lsls' && before !== undefined && second?.startsWith('#')
            ? before << Number(second.slice(1))
            : undefined;
    if (value === undefined) this.constants.delete(target!);
    else this.constants.set(target!, value);
  }
}

function by(bytes: number): StackChange {
  return { kind: 'by', bytes };
}

/** `r4, lr`, `d8-d15` or `r4-r7, lr` */
function bytesOf(list: string): number {
  const sizes = list.split(/,\s*/).map((item) => {
    const [first, last = first] = item.split('-');
    const number = (register: string) => Number(/\d+$/.exec(register)?.[0] ?? 0);
    return (number(last!) - number(first!) + 1) * (item.startsWith('d') ? 2 * WORD_BYTES : WORD_BYTES);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function flowOf(stem: string, operands: string) {
  const target = /(?:^|[\s,])([0-9a-f]+) <[^>]+>/.exec(operands)?.[1];
  // Not bfcsel and its like, as which objdump 2.40 shows Helium's vctp: no compiler makes them.
  const isBranch = new RegExp(`^(b${CONDITION}?|bl|blx|cbn?z|le|letp|wls|wlstp(\\.\\d+)?)$`).test(stem);
  const loadsPc = /\bpc\}|^pc\b/.test(operands) && /^(v?pop|ldm|ldr|mov|add)/.test(stem);
  const isConditional = new RegExp(`^(pop|ldmia|bx|ldr|mov)${CONDITION}$`).test(stem);
  const isReturn = (loadsPc && /\{|\[sp\]/.test(operands)) || (/^bx/.test(stem) && operands === 'lr');
  const isTableJump = /^tb[bh]$/.test(stem) || (loadsPc && !isReturn);
  const isIndirect = /^blx?$/.test(stem) ? target === undefined : /^bx/.test(stem) && operands !== 'lr';
  const endsAlways = stem === 'b' || stem === 'udf' || (/^bx/.test(stem) && !isConditional);
  return {
    targets: isBranch && target !== undefined ? [Number.parseInt(target, 16)] : [],
    isCall: /^blx?$/.test(stem),
    isIndirect,
    isTableJump,
    ends: endsAlways || ((isReturn || isTableJump) && !isConditional),
    isConditionalReturn: isReturn && isConditional,
  };
}
