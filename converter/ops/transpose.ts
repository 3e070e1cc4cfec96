// TRANSPOSE: the same values with their dimensions in another order.
// Source: tensorflow/lite/micro/kernels/transpose_common.cc, kernels/internal/reference/transpose.h.
import { movingOp, placeIn } from './box_copy.js';
import { LayerCheck } from './layer_check.js';
import { checkRankUpTo, placesOf } from './places.js';

/** TFLite Micro's limit. */
const MAX_RANK = 5;

export const transpose = movingOp('TRANSPOSE', { 1: { role: 'none' } }, (op, graph) => {
  const check = new LayerCheck(op, graph, { least: 2 });
  checkRankUpTo(check, MAX_RANK);
  const { shape } = check.input;
  const order = placesOf(check, 1, 'places of dimensions', shape.length);
  const sorted = [...order].sort((a, b) => a - b);
  const permutes = sorted.every((axis, i) => axis === i);
  check.expect(permutes, () => `has the order [${order}] of dimensions for the input [${shape}]`);
  check.sameQuantization();
  const output = order.map((axis) => shape[axis]!);
  const from = placeIn(op.inputs[0]!, shape);
  return {
    outputShapes: [output],
    copies: [
      {
        sizes: output,
        from: { ...from, strides: order.map((axis) => from.strides[axis]!) },
        to: placeIn(op.outputs[0]!, output),
      },
    ],
  };
});
