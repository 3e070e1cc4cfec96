// RESHAPE: the same values under another shape; one dimension of −1 takes what is left.
import { elements } from '../graph/graph.js';
import { aliasOp } from './alias.js';
import { LayerCheck } from './layer_check.js';

/** As many as a tensor may have. */
const MAX_RANK = 8;

export const reshape = aliasOp('RESHAPE', { 1: { role: 'none' } }, (op, graph) => {
  const check = new LayerCheck(op, graph, { least: 1, most: 2 });
  if ((op.inputs[1] ?? -1) !== -1) check.constant(1, 'shape', 'int32');
  check.sameQuantization();
  const { newShape } = op.options;
  check.expect(
    newShape.length <= MAX_RANK,
    () => `has a shape of ${newShape.length} dimensions, and ${MAX_RANK} is the limit`,
  );
  const given = newShape.filter((n) => n !== -1);
  check.expect(
    given.every((n) => n >= 1) && newShape.length - given.length <= 1,
    () => `has the shape [${newShape}], and one dimension at most may be -1`,
  );
  const values = elements(check.input.shape);
  const left = values / elements(given);
  const fits = given.length < newShape.length ? Number.isInteger(left) : left === 1;
  check.expect(fits, () => `has the shape [${newShape}] for ${values} values`);
  return newShape.map((n) => (n === -1 ? left : n));
});
