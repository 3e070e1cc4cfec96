// The memory plan of a graph: what its ops say of aliases, overlaps and scratch, given to the planner.
import { arenaScratch, type KernelCall } from './codegen/kernel_call.js';
import { C_TYPES } from '../base/c_literals.js';
import type { Graph } from './graph/graph.js';
import { aligned, planMemory, type MemoryPlan } from './memory/plan.js';
import { formOf } from './ops/form.js';
import { definitionOf } from './ops/table.js';

/** Bytes that may be moved within the arena, for each multiply-accumulate: about a 200th of an inference's time. */
const MOVABLE_SHARE = 0.01;

/** @param calls of each op; left out: those of the portable kernels. Cores differ in the scratch that they need */
export function memoryPlanOf(graph: Graph, calls = portableCalls(graph)): MemoryPlan {
  const macs = graph.ops.reduce((sum, op) => sum + definitionOf(op).macs(op, graph), 0);
  return planMemory(graph, {
    isAlias: (op) => definitionOf(op).isAlias === true,
    scratchBytes: (_, index) => scratchBytes(calls[index]!),
    overlaps: (op) => (formOf(op, graph) === 'int8' ? (definitionOf(op).overlaps?.(op, graph) ?? []) : []),
    movableBytes: Math.floor(macs * MOVABLE_SHARE),
  });
}

function portableCalls(graph: Graph): (readonly KernelCall[])[] {
  return graph.ops.map((op) => {
    const { emit } = definitionOf(op);
    return emit && formOf(op, graph) === 'int8' ? emit(op, graph, 'portable') : [];
  });
}

/** The calls of one layer come one after the other: as many bytes as the one that needs most. */
function scratchBytes(calls: readonly KernelCall[]): number {
  const needs = calls.map((call) =>
    arenaScratch(call).reduce((sum, { type, elements }) => sum + aligned(C_TYPES[type] * elements), 0),
  );
  return Math.max(0, ...needs);
}
