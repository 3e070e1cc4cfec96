// Where things lie in the arena, as C expressions.
import type { Graph } from '../graph/graph.js';
import { aligned, offsetOf, scratchOffset, type MemoryPlan } from '../memory/plan.js';
import { elementType } from './element_type.js';
import { arenaScratch, type CScratch, type KernelCall } from './kernel_call.js';
import { C_TYPES, type CType } from './literals.js';

const sizeOf = ({ type, elements }: CScratch) => aligned(C_TYPES[type] * elements);

export class Places {
  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
  ) {}

  tensor(index: number): string {
    return pointer(elementType(this.graph.tensors[index]!)!, offsetOf(this.plan, index));
  }

  /** @param op number of the op that makes the call */
  scratch(op: number, call: KernelCall, part: CScratch): string {
    const parts = arenaScratch(call);
    const before = parts.slice(0, parts.indexOf(part)).reduce((sum, other) => sum + sizeOf(other), 0);
    return pointer(part.type, scratchOffset(this.plan, op) + before);
  }
}

function pointer(type: CType, offset: number): string {
  const bytes = `arena.bytes + ${offset}`;
  return type === 'int8_t' ? bytes : `(${type} *)(void *)(${bytes})`;
}
