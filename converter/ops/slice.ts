// SLICE: a box of the input, by its first element and its sizes, where −1 takes what is left.
// Source: tensorflow/lite/micro/kernels/slice.cc, kernels/internal/reference/slice.h.
import { movingOp, placeIn } from './box_copy.js';
import { LayerCheck } from './layer_check.js';
import { checkRankUpTo, placesOf } from './places.js';

/** TFLite Micro's limit. */
const MAX_RANK = 5;

export const slice = movingOp('SLICE', { 1: { role: 'none' }, 2: { role: 'none' } }, (op, graph) => {
  const check = new LayerCheck(op, graph, { least: 3 });
  checkRankUpTo(check, MAX_RANK);
  check.sameQuantization();
  const { shape } = check.input;
  const dtype = graph.tensors[op.inputs[1]!]!.dtype === 'int64' ? 'int64' : 'int32';
  const begins = placesOf(check, 1, 'begins', shape.length, { dtype });
  const given = placesOf(check, 2, 'sizes', shape.length, { dtype });
  const sizes = given.map((size, i) => (size === -1 ? shape[i]! - begins[i]! : size));
  check.expect(
    shape.every((n, i) => begins[i]! >= 0 && sizes[i]! >= 1 && begins[i]! + sizes[i]! <= n),
    () => `takes [${sizes}] from [${begins}] on, and its input is [${shape}]`,
  );
  const from = placeIn(op.inputs[0]!, shape, begins);
  return { outputShapes: [sizes], copies: [{ sizes, from, to: placeIn(op.outputs[0]!, sizes) }] };
});
