// A graph of one reduction.
import type { Graph } from '../../../converter/graph/graph.js';
import type { ReduceOpcode } from '../../../converter/ops/reduce.js';
import { GraphBuilder } from '../builder.js';

export interface ReduceSpec {
  shape: number[];
  /** One number is an axis without dimensions. */
  axes: number | number[];
  keepDims?: boolean;
  scales?: [input: number, output: number];
  zeroPoints?: [input: number, output: number];
}

/** Names the op's cases: what they leave out is as in `defaults`. */
export function reduceCases(
  opcode: ReduceOpcode,
  defaults: Partial<ReduceSpec>,
  specs: Record<string, ReduceSpec>,
): Record<string, Graph> {
  const entries = Object.entries(specs).map(([name, spec]) => [name, reduce(opcode, { ...defaults, ...spec })]);
  return Object.fromEntries(entries) as Record<string, Graph>;
}

function reduce(opcode: ReduceOpcode, spec: ReduceSpec): Graph {
  const { shape, axes, keepDims = false, scales = [0.05, 0.04], zeroPoints = [-7, 12] } = spec;
  const listed = [axes].flat();
  const b = new GraphBuilder(opcode.toLowerCase(), 1);
  const x = b.activation(shape, scales[0], zeroPoints[0]);
  const axesInput = typeof axes === 'number' ? b.integers(listed, []) : b.integers(listed);
  const y = b.activation(reducedShape(shape, listed, keepDims), scales[1], zeroPoints[1]);
  return b.graph(x, b.op(opcode, [x, axesInput], y, { keepDims }));
}

function reducedShape(shape: number[], axes: number[], keepDims: boolean): number[] {
  const reduced = (i: number) => axes.includes(i) || axes.includes(i - shape.length);
  if (keepDims) return shape.map((n, i) => (reduced(i) ? 1 : n));
  return shape.filter((_, i) => !reduced(i));
}

/** Each way in which axes can lie in a shape. */
export const AXES: Record<string, ReduceSpec> = {
  height_and_width: { shape: [1, 4, 5, 3], axes: [1, 2] },
  height_and_width_kept: { shape: [1, 4, 5, 3], axes: [1, 2], keepDims: true },
  height_and_width_swapped: { shape: [2, 3, 4, 2], axes: [2, 1], keepDims: true },
  negative_axes: { shape: [2, 3, 4, 2], axes: [-2, -3] },
  channels: { shape: [1, 3, 4, 5], axes: [3], keepDims: true },
  first: { shape: [6, 5], axes: [0] },
  last_as_scalar: { shape: [4, 9], axes: -1 },
  twice_the_same: { shape: [3, 4, 3], axes: [1, -2, 1] },
  all: { shape: [3, 4, 3], axes: [0, 1, 2] },
  every_second: { shape: [2, 3, 2, 2, 3, 2], axes: [0, 2, 4] },
  every_other_second: { shape: [2, 3, 2, 2, 3, 2], axes: [1, 3, 5], keepDims: true },
  dimensions_of_one: { shape: [1, 5, 1, 3], axes: [0, 2] },
};
