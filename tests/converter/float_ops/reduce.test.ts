// The float32 forms of the reductions and of MAX_POOL_2D, by values that can be worked out by hand.
import { describe, expect, it } from 'vitest';
import type { Activation, Graph, Padding } from '../../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../../converter/interpreter.js';
import type { ReduceOpcode } from '../../../converter/ops/reduce.js';
import { GraphBuilder } from '../../kernels/builder.js';

function run(graph: Graph, values: number[]): number[] {
  const interpreter = createFloatInterpreter(graph);
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(Float32Array.from(values), output);
  return [...output];
}

function reduce(opcode: ReduceOpcode, axes: number[], out: number[], keepDims = false): number[] {
  const b = new GraphBuilder('float', 1);
  const x = b.floats([2, 2, 3]);
  const graph = b.graph(x, b.op(opcode, [x, b.integers(axes)], b.floats(out), { keepDims }));
  return run(graph, [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -9]);
}

describe('in float32', () => {
  it('MEAN and SUM along the last, the middle and the outer dimensions', () => {
    expect(reduce('MEAN', [2], [2, 2])).toEqual([2, 5, -2, -6]);
    expect(reduce('SUM', [1], [2, 1, 3], true)).toEqual([5, 7, 9, -5, -7, -12]);
    expect(reduce('SUM', [0, -1], [2])).toEqual([0, -3]);
  });

  it('MEAN of all, which axes may name twice', () => {
    expect(reduce('MEAN', [0, 1, 2, -3], [])).toEqual([-0.25]);
  });

  it('REDUCE_MAX also where all is negative', () => {
    expect(reduce('REDUCE_MAX', [1, 2], [2])).toEqual([6, -1]);
    expect(reduce('REDUCE_MAX', [0], [2, 3])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('MAX_POOL_2D takes nothing from outside the input', () => {
    const pool = (padding: Padding, activation: Activation, out: number[]) => {
      const b = new GraphBuilder('float', 1);
      const x = b.floats([1, 3, 3, 1]);
      const options = { padding, activation, strideH: 2, strideW: 2, filterH: 2, filterW: 2 };
      return run(b.graph(x, b.op('MAX_POOL_2D', [x], b.floats(out), options)), [-8, -7, -3, -6, -5, -4, -2, -9, -1]);
    };
    expect(pool('SAME', 'NONE', [1, 2, 2, 1])).toEqual([-5, -3, -2, -1]);
    expect(pool('VALID', 'RELU_N1_TO_1', [1, 1, 1, 1])).toEqual([-1]);
  });
});
