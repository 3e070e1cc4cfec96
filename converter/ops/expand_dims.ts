// EXPAND_DIMS: the same values with one more dimension of 1, at an axis of the output.
// Source: tensorflow/lite/micro/kernels/expand_dims.cc.
import { aliasOp } from './alias.js';
import { withAxis } from './along_axis.js';
import { LayerCheck } from './layer_check.js';
import { axisOf, checkRankUpTo } from './places.js';

/** TFLite Micro's limit, for the output. */
const MAX_RANK = 6;

export const expandDims = aliasOp('EXPAND_DIMS', { 1: { role: 'none' } }, (op, graph) => {
  const check = new LayerCheck(op, graph, { least: 2 });
  checkRankUpTo(check, MAX_RANK - 1);
  check.sameQuantization();
  const { shape } = check.input;
  return withAxis(shape, axisOf(check, 1, shape.length + 1), 1);
});
