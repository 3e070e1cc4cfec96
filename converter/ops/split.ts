// SPLIT: equal parts of its second input along an axis, which is its first.
// Source: tensorflow/lite/micro/kernels/split.cc.
import { resized, splitPieces } from './along_axis.js';
import { movingOp } from './box_copy.js';
import { LayerCheck } from './layer_check.js';
import { axisOf } from './places.js';

export const split = movingOp('SPLIT', { 0: { role: 'none' } }, (op, graph) => {
  const count = op.outputs.length;
  const check = new LayerCheck(op, graph, { least: 2, outputs: count, input: 1 });
  const { numSplits } = op.options;
  check.expect(numSplits === count, () => `has numSplits ${numSplits} for ${count} outputs`);
  const { shape } = check.input;
  const axis = axisOf(check, 0, shape.length);
  const size = shape[axis]!;
  check.expect(size % count === 0, () => `has [${shape}] to split into ${count} equal parts on axis ${axis}`);
  check.sameQuantization();
  const part = resized(shape, axis, size / count);
  const pieces = op.outputs.map((tensor) => ({ tensor, shape: part }));
  return {
    outputShapes: pieces.map(() => part),
    copies: splitPieces(pieces, axis, { tensor: op.inputs[1]!, shape }),
  };
});
