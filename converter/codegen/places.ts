// Where things lie in the arena, as C expressions.
import type { Graph } from '../graph/graph.js';
import { aligned, ALIGNMENT, offsetOf, scratchOffset, type ArenaMove, type MemoryPlan } from '../memory/plan.js';
import { elementType } from './element_type.js';
import { arenaScratch, type CScratch, type KernelCall } from './kernel_call.js';
import { C_TYPES, type CType } from '../../base/c_literals.js';

const sizeOf = ({ type, elements }: CScratch) => aligned(C_TYPES[type] * elements);

export class Places {
  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
  ) {}

  /** @param op number of the op that reads or writes it; −1 is before the first, the number of ops after the last */
  tensor(index: number, op: number): string {
    return pointer(elementType(this.graph.tensors[index]!)!, offsetOf(this.plan, index, op));
  }

  /** The statements that bring blocks to where the op, by its number, expects them. */
  moves(op: number): string {
    const moves = this.plan.moves.filter((move) => move.op === op);
    return moves.map(moveSource).join('');
  }

  /** @param op number of the op that makes the call */
  scratch(op: number, call: KernelCall, part: CScratch): string {
    const parts = arenaScratch(call);
    const before = parts.slice(0, parts.indexOf(part)).reduce((sum, other) => sum + sizeOf(other), 0);
    return pointer(part.type, scratchOffset(this.plan, op) + before);
  }
}

function moveSource({ from, to, bytes }: ArenaMove): string {
  const [source, target, words] = [from, to, aligned(bytes)].map((n) => n / ALIGNMENT);
  return `  tk_move(arena.words + ${target}, arena.words + ${source}, ${words});\n`;
}

function pointer(type: CType, offset: number): string {
  const bytes = `arena.bytes + ${offset}`;
  return type === 'int8_t' ? bytes : `(${type} *)(void *)(${bytes})`;
}
