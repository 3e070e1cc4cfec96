// An op that makes each output element of all the elements along its axes: what MEAN, SUM and REDUCE_MAX share.
import type { CArray, CFields } from '../codegen/kernel_call.js';
import { elements, type Graph, type Op, type Tensor } from '../graph/graph.js';
import { axesOf } from './axes.js';
import { LayerCheck } from './layer_check.js';
import { addLoop, eachRow, loopsArray, loopsFields, type Loop } from './loops.js';
import type { Kernel, OpDefinition, Values } from './op.js';
import { reductionOverlaps } from './overlap.js';

export type ReduceOpcode = 'MEAN' | 'SUM' | 'REDUCE_MAX';
export type ReduceOp = Op<ReduceOpcode>;

/** An output element begins as `start`, takes in each input element, and is finished. */
export interface Fold {
  start: number;
  next: (current: number, x: number) => number;
  finish: (current: number) => number;
}

/** Loops over the input: over the dimensions that the output has, and over those that become one element. */
export interface Reduction {
  kept: Loop[];
  reduced: Loop[];
  /** Input elements that become one output element. */
  count: number;
}

/** What an op has of this file whatever it computes. */
export const REDUCE_DEFINITION: Pick<OpDefinition<ReduceOpcode>, 'outputShapes' | 'macs' | 'constants' | 'overlaps'> = {
  outputShapes(op, graph) {
    const axes = reducedAxes(op, graph);
    const { shape } = inputOf(op, graph);
    if (op.options.keepDims) return [shape.map((n, i) => (axes.includes(i) ? 1 : n))];
    return [shape.filter((_, i) => !axes.includes(i))];
  },
  macs: (op, graph) => elements(inputOf(op, graph).shape),
  constants: { 1: { role: 'none' } },
  overlaps: (op, graph) => reductionOverlaps(op, reductionOf(op, graph)),
};

/** Checks the inputs and the axes. */
export function reduceCheck(op: ReduceOp, graph: Graph): LayerCheck {
  const check = new LayerCheck(op, graph, { least: 2 });
  axesOf(check, 1, check.input.shape.length);
  return check;
}

function inputOf(op: ReduceOp, graph: Graph): Tensor {
  return graph.tensors[op.inputs[0]!]!;
}

function reducedAxes(op: ReduceOp, graph: Graph): number[] {
  return axesOf(new LayerCheck(op, graph, { least: 2 }), 1, inputOf(op, graph).shape.length);
}

export function reductionOf(op: ReduceOp, graph: Graph): Reduction {
  const { shape } = inputOf(op, graph);
  const axes = reducedAxes(op, graph);
  const kept: Loop[] = [{ size: 1, a: 0, b: 0 }];
  const reduced: Loop[] = [{ size: 1, a: 0, b: 0 }];
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    addLoop(axes.includes(i) ? reduced : kept, { size: shape[i]!, a: stride, b: 0 });
    stride *= shape[i]!;
  }
  return { kept, reduced, count: elements(axes.map((axis) => shape[axis]!)) };
}

/** Either form of an op: int8 sums are whole and below 2³¹, float32 sums are in double. */
export function reduceAll(op: ReduceOp, graph: Graph, values: Values, { start, next, finish }: Fold): Kernel {
  const input = values[op.inputs[0]!] as Int8Array | Float32Array;
  const output = values[op.outputs[0]!] as Int8Array | Float32Array;
  const { kept, reduced } = reductionOf(op, graph);
  const [outer, inner] = [kept.at(-1)!, reduced.at(-1)!];
  let first = 0;
  let current = start;
  const takeIn = eachRow(reduced, (offset) => {
    for (let i = 0; i < inner.size; i++) current = next(current, input[first + offset + i * inner.a]!);
  });
  return eachRow(kept, (from, _, place) => {
    for (let i = 0; i < outer.size; i++) {
      first = from + i * outer.a;
      current = start;
      takeIn();
      output[place + i] = finish(current);
    }
  });
}

/** tk_reduction and its arrays. */
export function reductionParts({ kept, reduced }: Reduction): { reduction: CFields; arrays: CArray[] } {
  return {
    reduction: { kept: loopsFields('kept', kept), reduced: loopsFields('reduced', reduced) },
    arrays: [loopsArray('kept', kept), loopsArray('reduced', reduced)],
  };
}
