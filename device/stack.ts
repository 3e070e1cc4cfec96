// The most stack that a function can need, with all that it calls: read off the instructions of an ELF, so that inline
// assembly and libraries count too.
import { spawnSync } from 'node:child_process';
import { KilnError } from '../base/errors.js';
import { routinesOf, type Instruction, type Routine } from './disassembly.js';
import { requireTool } from './tools.js';

export interface StackBound {
  /** Bytes below the stack pointer as it is where the function is entered. */
  bytes: number;
  /** Functions from the entry to the deepest one. */
  path: string[];
  /** Why the bytes are no bound: calls through pointers, recursion, frames of no constant size. */
  unknown: string[];
}

/** Where instructions are found. */
interface Place {
  routine: Routine;
  index: number;
}

/** What a routine does to the stack by itself. */
interface Frame {
  bytes: number;
  calls: { target: number; depth: number }[];
  unknown: Set<string>;
}

/** Deeper than any stack of a microcontroller: a loop pushes. */
const MOST_BYTES = 1 << 20;

/**
 * @param entries names of functions; those that the ELF lacks are left out
 * @throws KilnError `tool-missing`, `elf-unreadable`
 */
export function stackBounds(elf: string, prefix: string, entries: readonly string[]): Map<string, StackBound> {
  return boundsIn(routinesOf(disassembly(elf, prefix)), entries);
}

/**
 * @param entries names of functions; those that are not there are left out
 * @param pointers addresses of the routines that a call through a pointer may reach
 */
export function boundsIn(
  routines: ReadonlyMap<number, Routine>,
  entries: readonly string[],
  pointers: ReadonlySet<number> = new Set(),
): Map<string, StackBound> {
  const calls = new CallGraph(routines, pointers);
  const wanted = [...routines.values()].filter(({ name }) => entries.includes(name));
  return new Map(wanted.map(({ name, address }) => [name, calls.bound(address)]));
}

/** @throws KilnError `tool-missing`, `elf-unreadable` */
export function disassembly(elf: string, prefix: string): string {
  const args = ['-d', '-z', '--no-show-raw-insn', elf];
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { stdout, stderr, status } = spawnSync(requireTool(`${prefix}objdump`), args, options);
  if (status === 0) return stdout;
  const what = `it cannot be disassembled: ${stderr.trim()}`;
  throw new KilnError('elf-unreadable', { where: elf, what, todo: 'Build it anew with `kiln build`.' });
}

class CallGraph {
  private readonly places = new Map<number, Place>();
  private readonly bounds = new Map<number, StackBound>();
  private readonly open = new Set<number>();

  constructor(
    routines: ReadonlyMap<number, Routine>,
    private readonly pointers: ReadonlySet<number>,
  ) {
    for (const routine of routines.values()) {
      routine.instructions.forEach(({ address }, index) => this.places.set(address, { routine, index }));
    }
  }

  bound(address: number): StackBound {
    const known = this.bounds.get(address);
    if (known) return known;
    const place = this.places.get(address);
    if (!place) return unbounded(`a call to 0x${address.toString(16)}, where no function is`);
    if (this.open.has(address)) return unbounded(`${place.routine.name} calls itself`);
    this.open.add(address);
    const bound = this.withCalls(place.routine.name, new Walk(place, this.pointers).frame);
    this.open.delete(address);
    this.bounds.set(address, bound);
    return bound;
  }

  private withCalls(name: string, { bytes, calls, unknown }: Frame): StackBound {
    let deepest = { bytes, path: [name] };
    const reasons = new Set(unknown);
    for (const { target, depth } of calls) {
      const called = this.bound(target);
      called.unknown.forEach((reason) => reasons.add(reason));
      const below = depth + called.bytes;
      if (below > deepest.bytes) deepest = { bytes: below, path: [name, ...called.path] };
    }
    return { ...deepest, unknown: [...reasons] };
  }
}

function unbounded(reason: string): StackBound {
  return { bytes: 0, path: [], unknown: [reason] };
}

/** Follows every way through a routine, with the depth of the stack before each instruction. */
class Walk {
  readonly frame: Frame = { bytes: 0, calls: [], unknown: new Set() };
  private readonly routine: Routine;
  private readonly indices: Map<number, number>;
  private readonly depths = new Map<number, number>();
  /** Depths that registers keep: frame pointers. */
  private readonly kept = new Map<string, number>();
  private readonly ways: [index: number, depth: number][];
  private tableDepth: number | undefined;

  constructor(
    { routine, index }: Place,
    private readonly pointers: ReadonlySet<number>,
  ) {
    this.routine = routine;
    this.indices = new Map(routine.instructions.map(({ address }, i) => [address, i]));
    this.ways = [[index, 0]];
    for (let way = this.next(); way; way = this.next()) this.step(...way);
  }

  /** Where a jump by a table leads is not read: it may be to whatever nothing else leads to. */
  private next(): [number, number] | undefined {
    const way = this.ways.pop();
    if (way || this.tableDepth === undefined) return way;
    const index = this.routine.instructions.findIndex(({ isFiller }, i) => !isFiller && !this.depths.has(i));
    return index < 0 ? undefined : [index, this.tableDepth];
  }

  private step(index: number, depth: number): void {
    const instruction = this.routine.instructions[index]!;
    if ((this.depths.get(index) ?? -1) >= depth) return;
    this.depths.set(index, depth);
    const after = this.depthAfter(instruction, depth);
    this.frame.bytes = Math.max(this.frame.bytes, after);
    if (instruction.isTableJump) this.tableDepth = Math.max(this.tableDepth ?? 0, depth);
    if (instruction.isIndirect) this.callPointers(depth);
    if (after > MOST_BYTES) this.frame.unknown.add(`${this.routine.name} pushes in a loop`);
    else this.branch(instruction, index, after);
  }

  private callPointers(depth: number): void {
    for (const target of this.pointers) this.frame.calls.push({ target, depth });
    if (this.pointers.size === 0) this.frame.unknown.add(`${this.routine.name} calls through a pointer`);
  }

  private branch({ targets, isCall, ends, address }: Instruction, index: number, depth: number): void {
    const far = isCall && targets.some((target) => this.isFarJump(target));
    for (const target of targets) {
      const inside = isCall && !far ? undefined : this.indices.get(target);
      if (inside === undefined) this.frame.calls.push({ target, depth });
      else this.ways.push([inside, depth]);
    }
    if (ends || far) return;
    if (index + 1 < this.routine.instructions.length) this.ways.push([index + 1, depth]);
    // A call at the very end is one that does not return.
    else if (!isCall)
      this.frame.unknown.add(`${this.routine.name} goes on behind its end at 0x${address.toString(16)}`);
  }

  /** A Cortex-M0's branches reach 2 KiB: farther inside a function GCC jumps by BL, and does not come back. */
  private isFarJump(target: number): boolean {
    return target !== this.routine.address && this.indices.has(target);
  }

  private depthAfter({ stack, movesStackUnknown, address }: Instruction, depth: number): number {
    if (stack?.kind === 'by') return depth + stack.bytes;
    if (stack?.kind === 'to register') this.kept.set(stack.register, depth + stack.bytes);
    const restored = stack?.kind === 'from register' ? this.kept.get(stack.register) : depth;
    if (restored !== undefined && !movesStackUnknown) return restored;
    this.frame.unknown.add(`${this.routine.name} moves the stack at 0x${address.toString(16)} by what is no constant`);
    return depth;
  }
}
