// UNPACK: the rows along an axis, each without that axis.
// Source: tensorflow/lite/micro/kernels/unpack.cc.
import { resized, splitPieces } from './along_axis.js';
import { normalizeAxis } from './axes.js';
import { movingOp } from './box_copy.js';
import { LayerCheck } from './layer_check.js';

export const unpack = movingOp('UNPACK', {}, (op, graph) => {
  const count = op.outputs.length;
  const check = new LayerCheck(op, graph, { least: 1, outputs: count });
  const { shape } = check.input;
  const axis = normalizeAxis(check, op.options.axis, shape.length, 'axis');
  const { num } = op.options;
  check.expect(
    num === count && shape[axis] === count,
    () => `has num ${num} and ${count} outputs for axis ${axis} of [${shape}], and they have to be as many`,
  );
  check.sameQuantization();
  const pieces = op.outputs.map((tensor) => ({ tensor, shape: resized(shape, axis, 1) }));
  return {
    outputShapes: pieces.map(() => shape.filter((_, i) => i !== axis)),
    copies: splitPieces(pieces, axis, { tensor: op.inputs[0]!, shape }),
  };
});
