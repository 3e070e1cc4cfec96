// SQUEEZE: the same values without dimensions of 1: those that are named, or all where none is.
// Source: tensorflow/lite/micro/kernels/squeeze.cc.
import { aliasOp } from './alias.js';
import { normalizeAxis } from './axes.js';
import { LayerCheck } from './layer_check.js';

export const squeeze = aliasOp('SQUEEZE', {}, (op, graph) => {
  const check = new LayerCheck(op, graph, { least: 1 });
  check.sameQuantization();
  const { shape } = check.input;
  const named = op.options.squeezeDims.map((axis) => normalizeAxis(check, axis, shape.length, 'axis'));
  for (const axis of named) {
    check.expect(shape[axis] === 1, () => `squeezes axis ${axis} of [${shape}], and it has to be 1`);
  }
  return shape.filter((n, axis) => (named.length > 0 ? !named.includes(axis) : n !== 1));
});
