// The memory plan of a graph: what its ops say of aliases and scratch, given to the planner.
import { C_TYPES } from './codegen/literals.js';
import type { Graph, Op } from './graph/graph.js';
import { aligned, planMemory, type MemoryPlan } from './memory/plan.js';
import { formOf } from './ops/form.js';
import { definitionOf } from './ops/table.js';

export function memoryPlanOf(graph: Graph): MemoryPlan {
  return planMemory(graph, {
    isAlias: (op) => definitionOf(op).isAlias === true,
    scratchBytes: (op) => scratchBytes(op, graph),
  });
}

/** The calls of one layer come one after the other: as many bytes as the one that needs most. */
function scratchBytes(op: Op, graph: Graph): number {
  const { emit } = definitionOf(op);
  if (!emit || formOf(op, graph) !== 'int8') return 0;
  const needs = emit(op, graph).map(({ scratch = [] }) =>
    scratch.reduce((sum, { type, elements }) => sum + aligned(C_TYPES[type] * elements), 0),
  );
  return Math.max(0, ...needs);
}
