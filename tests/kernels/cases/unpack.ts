// UNPACK: each axis, from the front and from the back.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

function unpack(shape: number[], axis: number): Graph {
  const b = new GraphBuilder('unpack', 1);
  const x = b.activation(shape, 0.05, -77);
  const place = axis < 0 ? axis + shape.length : axis;
  const num = shape[place]!;
  const part = shape.filter((_, i) => i !== place);
  const outputs = Array.from({ length: num }, () => b.like(x, part));
  b.op('UNPACK', [x], outputs, { axis, num });
  return b.graph(x, outputs);
}

export const unpackCases = {
  first_axis: unpack([3, 4], 0),
  last_axis: unpack([3, 4], 1),
  middle_axis: unpack([2, 3, 4], 1),
  last_from_the_back: unpack([2, 3, 2], -1),
  first_from_the_back: unpack([2, 3, 2], -3),
  four_dimensions: unpack([1, 2, 3, 4], 2),
  five_dimensions: unpack([2, 1, 2, 2, 3], -2),
  one_row: unpack([1, 4, 2], 0),
  to_scalars: unpack([4], 0),
};
