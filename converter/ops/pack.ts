// PACK: inputs of one shape as the rows of a new axis.
// Source: tensorflow/lite/micro/kernels/pack.cc.
import { joinPieces, piecesCheck, valueRules, withAxis } from './along_axis.js';
import { normalizeAxis } from './axes.js';
import { movingOp } from './box_copy.js';

/** TFLite Micro has no limit; a table of rules for constants needs one. */
const MAX_INPUTS = 128;

export const pack = movingOp('PACK', valueRules(MAX_INPUTS), (op, graph) => {
  const check = piecesCheck(op, graph, MAX_INPUTS);
  const { valuesCount } = op.options;
  const count = op.inputs.length;
  check.expect(valuesCount === count, () => `has valuesCount ${valuesCount} for ${count} inputs`);
  const { shape } = check.input;
  const axis = normalizeAxis(check, op.options.axis, shape.length + 1, 'axis');
  for (const tensor of op.inputs) {
    const other = graph.tensors[tensor]!.shape;
    check.expect(`${other}` === `${shape}`, () => `has inputs [${other}] and [${shape}], which have to be equal`);
  }
  const output = withAxis(shape, axis, count);
  const pieces = op.inputs.map((tensor) => ({ tensor, shape: withAxis(shape, axis, 1) }));
  return {
    outputShapes: [output],
    copies: joinPieces(pieces, axis, { tensor: op.outputs[0]!, shape: output }),
  };
});
