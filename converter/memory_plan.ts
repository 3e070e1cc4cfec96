// The memory plan of a graph: what its ops say of aliases, overlaps and scratch, given to the planner.
import { arenaScratch, type Core } from './codegen/kernel_call.js';
import { C_TYPES } from './codegen/literals.js';
import type { Graph, Op } from './graph/graph.js';
import { aligned, planMemory, type MemoryPlan } from './memory/plan.js';
import { formOf } from './ops/form.js';
import { definitionOf } from './ops/table.js';

/** Bytes that may be moved within the arena, for each multiply-accumulate: about a 200th of an inference's time. */
const MOVABLE_SHARE = 0.01;

/** @param core whose kernels run it: they differ in the scratch that they need */
export function memoryPlanOf(graph: Graph, core: Core = 'portable'): MemoryPlan {
  const macs = graph.ops.reduce((sum, op) => sum + definitionOf(op).macs(op, graph), 0);
  return planMemory(graph, {
    isAlias: (op) => definitionOf(op).isAlias === true,
    scratchBytes: (op) => scratchBytes(op, graph, core),
    overlaps: (op) => (formOf(op, graph) === 'int8' ? (definitionOf(op).overlaps?.(op, graph) ?? []) : []),
    movableBytes: Math.floor(macs * MOVABLE_SHARE),
  });
}

/** The calls of one layer come one after the other: as many bytes as the one that needs most. */
function scratchBytes(op: Op, graph: Graph, core: Core): number {
  const { emit } = definitionOf(op);
  if (!emit || formOf(op, graph) !== 'int8') return 0;
  const needs = emit(op, graph, core).map((call) =>
    arenaScratch(call).reduce((sum, { type, elements }) => sum + aligned(C_TYPES[type] * elements), 0),
  );
  return Math.max(0, ...needs);
}
