// CONCATENATION: each axis, from the front and from the back, and constants among the inputs.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

const [SCALE, ZERO_POINT] = [0.05, -20];

/** An input that the model computes, or one that it holds. */
type Input = { input: number[] } | { constant: number[] };

function concatenation(inputs: Input[], axis: number, out: number[], zeroPoint = ZERO_POINT): Graph {
  const b = new GraphBuilder('concatenation', 1);
  const ends: number[] = [];
  const tensors = inputs.map((input) => {
    if ('constant' in input) return b.constant(input.constant, SCALE, zeroPoint);
    const end = b.activation(input.input, SCALE, zeroPoint);
    ends.push(end);
    return end;
  });
  const y = b.activation(out, SCALE, zeroPoint);
  return b.graph(ends, b.op('CONCATENATION', tensors, y, { axis, activation: 'NONE' }));
}

function twice(): Graph {
  const b = new GraphBuilder('concatenation', 1);
  const x = b.activation([2, 3], SCALE, ZERO_POINT);
  return b.graph(x, b.op('CONCATENATION', [x, x], b.like(x, [2, 6]), { axis: 1, activation: 'NONE' }));
}

const input = (...shape: number[]): Input => ({ input: shape });
const constant = (...shape: number[]): Input => ({ constant: shape });

export const concatenationCases = {
  channels: concatenation([input(1, 2, 3, 2), input(1, 2, 3, 4)], 3, [1, 2, 3, 6]),
  last_from_the_back: concatenation([input(2, 3), input(2, 1), input(2, 2)], -1, [2, 6]),
  width: concatenation([input(1, 2, 2, 3), input(1, 2, 1, 3)], 2, [1, 2, 3, 3]),
  height_from_the_back: concatenation([input(1, 2, 2, 2), input(1, 3, 2, 2)], -3, [1, 5, 2, 2]),
  batches: concatenation([input(1, 2, 3), input(2, 2, 3)], 0, [3, 2, 3]),
  first_from_the_back: concatenation([input(2, 2), input(1, 2)], -2, [3, 2]),
  inner_axis_of_two_batches: concatenation([input(2, 2, 3), input(2, 1, 3)], 1, [2, 3, 3]),
  one_dimension: concatenation([input(3), input(5)], 0, [8]),
  six_dimensions: concatenation([input(1, 2, 1, 2, 1, 2), input(1, 2, 2, 2, 1, 2)], 2, [1, 2, 3, 2, 1, 2]),
  one_input: concatenation([input(2, 3)], 1, [2, 3]),
  ten_inputs: concatenation(
    Array.from({ length: 10 }, (_, i) => input(2, 1 + (i % 3))),
    1,
    [2, 19],
  ),
  same_input_twice: twice(),
  constant_first: concatenation([constant(2, 2), input(2, 3)], 1, [2, 5]),
  constant_between: concatenation([input(1, 2, 2), constant(1, 1, 2), input(1, 3, 2)], 1, [1, 6, 2]),
  constants_around: concatenation([constant(2, 1), input(2, 2), constant(2, 3)], 1, [2, 6]),
  lowest_zero_point: concatenation([input(2, 2), input(2, 2)], 1, [2, 4], -128),
};
