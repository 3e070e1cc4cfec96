// CONCATENATION: its inputs one behind the other along an axis.
// Source: tensorflow/lite/micro/kernels/concatenation.cc, kernels/internal/reference/concatenation.h.
import { joinPieces, piecesCheck, resized, valueRules } from './along_axis.js';
import { normalizeAxis } from './axes.js';
import { movingOp } from './box_copy.js';
import { checkRankUpTo } from './places.js';

/** TFLite Micro's limits. */
const MAX_INPUTS = 10;
const MAX_RANK = 6;

export const concatenation = movingOp('CONCATENATION', valueRules(MAX_INPUTS), (op, graph) => {
  const check = piecesCheck(op, graph, MAX_INPUTS);
  const { activation } = op.options;
  check.expect(activation === 'NONE', () => `has the activation ${activation}, and it has to be NONE`);
  checkRankUpTo(check, MAX_RANK);
  const { shape } = check.input;
  const axis = normalizeAxis(check, op.options.axis, shape.length, 'axis');
  const pieces = op.inputs.map((tensor) => ({ tensor, shape: graph.tensors[tensor]!.shape }));
  for (const piece of pieces) {
    const fits = `${resized(piece.shape, axis, 0)}` === `${resized(shape, axis, 0)}`;
    check.expect(fits, () => `has inputs [${piece.shape}] and [${shape}], which may differ on axis ${axis} alone`);
  }
  const together = pieces.reduce((sum, piece) => sum + piece.shape[axis]!, 0);
  const output = resized(shape, axis, together);
  return {
    outputShapes: [output],
    copies: joinPieces(pieces, axis, { tensor: op.outputs[0]!, shape: output }),
  };
});
