// Tensors side by side along one axis of a larger one: what CONCATENATION and PACK join, SPLIT and UNPACK take apart.
import type { Graph, Op } from '../graph/graph.js';
import { placeIn, type BoxCopy } from './box_copy.js';
import { LayerCheck } from './layer_check.js';
import type { ConstantRule } from './op.js';

/** A tensor with its shape; along the axis, its size is what it takes of the larger one. */
export interface Piece {
  tensor: number;
  shape: readonly number[];
}

/** One copy for each piece, in their order along `axis` of `whole`. */
export function joinPieces(pieces: readonly Piece[], axis: number, whole: Piece): BoxCopy[] {
  let taken = 0;
  return pieces.map(({ tensor, shape }) => {
    const starts = shape.map((_, i) => (i === axis ? taken : 0));
    taken += shape[axis]!;
    return { sizes: shape, from: placeIn(tensor, shape), to: placeIn(whole.tensor, whole.shape, starts) };
  });
}

/** The way back. */
export function splitPieces(pieces: readonly Piece[], axis: number, whole: Piece): BoxCopy[] {
  return joinPieces(pieces, axis, whole).map(({ sizes, from, to }) => ({ sizes, from: to, to: from }));
}

/** A shape with a dimension of `size` at `axis`, before what is there. */
export function withAxis(shape: readonly number[], axis: number, size: number): number[] {
  return [...shape.slice(0, axis), size, ...shape.slice(axis)];
}

/** A shape with another size at `axis`. */
export function resized(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((n, i) => (i === axis ? size : n));
}

/** The rules for an op of up to `most` inputs that may all be constant, in the output's scale. */
export function valueRules(most: number): Record<number, ConstantRule> {
  return Object.fromEntries(Array.from({ length: most }, (_, i) => [i, { role: 'value' }]));
}

/** Checks 1 to `most` inputs, of which one at least is an activation, of one scale and zero point. */
export function piecesCheck(op: Op, graph: Graph, most: number): LayerCheck {
  const least = Math.max(1, Math.min(op.inputs.length, most));
  const activation = op.inputs.findIndex((index) => graph.tensors[index] && !graph.tensors[index].data);
  const check = new LayerCheck(op, graph, { least, most, input: Math.max(0, activation) });
  op.inputs.forEach((_, i) => check.operand(i, `input ${i}`));
  check.sameQuantization();
  return check;
}
