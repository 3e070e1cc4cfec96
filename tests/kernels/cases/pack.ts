// PACK: a new axis at each place, and constants among the inputs.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

/** @param constants the positions of the inputs that the model holds */
function pack(shape: number[], count: number, axis: number, constants: number[] = []): Graph {
  const b = new GraphBuilder('pack', 1);
  const inputs = Array.from({ length: count }, (_, i) =>
    constants.includes(i) ? b.constant(shape, 0.05, 40) : b.activation(shape, 0.05, 40),
  );
  const place = axis < 0 ? axis + shape.length + 1 : axis;
  const y = b.activation([...shape.slice(0, place), count, ...shape.slice(place)], 0.05, 40);
  const ends = inputs.filter((_, i) => !constants.includes(i));
  return b.graph(ends, b.op('PACK', inputs, y, { axis, valuesCount: count }));
}

export const packCases = {
  first_axis: pack([2, 3], 3, 0),
  middle_axis: pack([2, 3], 2, 1),
  last_axis: pack([2, 3], 4, 2),
  last_from_the_back: pack([2, 3], 2, -1),
  first_from_the_back: pack([2, 3], 2, -3),
  one_dimension: pack([5], 2, 1),
  three_dimensions: pack([2, 2, 3], 2, 2),
  four_dimensions: pack([1, 2, 2, 3], 2, -2),
  one_input: pack([2, 2], 1, 1),
  twelve_inputs: pack([2], 12, 1),
  constant_first: pack([2, 2], 2, 1, [0]),
  constants_around: pack([3], 3, 0, [0, 2]),
};
