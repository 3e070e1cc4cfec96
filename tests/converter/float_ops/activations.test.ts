// The float32 forms of the activations, by values that can be worked out by hand.
import { describe, expect, it } from 'vitest';
import type { OpOptions, Opcode } from '../../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../../converter/interpreter.js';
import { GraphBuilder } from '../../kernels/builder.js';

function run<K extends Opcode>(opcode: K, options: OpOptions[K], shape: number[], values: number[]): number[] {
  const b = new GraphBuilder('float', 1);
  const x = b.floats(shape);
  const interpreter = createFloatInterpreter(b.graph(x, b.op(opcode, [x], b.floats(shape), options)));
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(Float32Array.from(values), output);
  return [...output];
}

function expectClose(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * Math.abs(expected[i]!)),
  );
}

const third = Math.log(3);

describe('in float32', () => {
  it('RELU passes what is positive', () => {
    expect(run('RELU', {}, [4], [-1, 0, 5, 7])).toEqual([0, 0, 5, 7]);
  });

  it('RELU6 ends at 6', () => {
    expect(run('RELU6', {}, [4], [-1, 0, 5, 7])).toEqual([0, 0, 5, 6]);
  });

  it.each([0.25, 2, -0.5, 0])('LEAKY_RELU multiplies what is negative by %d', (alpha) => {
    expectClose(run('LEAKY_RELU', { alpha }, [4], [-8, -1, 0, 3]), [-8 * alpha, -alpha, 0, 3]);
  });

  it('LOGISTIC', () => {
    expectClose(run('LOGISTIC', {}, [5], [0, third, -third, 100, -40]), [0.5, 0.75, 0.25, 1, 4.248354255291589e-18]);
  });

  it('TANH', () => {
    expectClose(run('TANH', {}, [5], [0, third, -third, 50, -50]), [0, 0.8, -0.8, 1, -1]);
  });

  it('HARD_SWISH is 0 up to −3 and the identity from 3 on', () => {
    const expected = [0, 0, -0.375, 0, 2 / 3, 3, 5];
    expectClose(run('HARD_SWISH', {}, [7], [-4, -3, -1.5, 0, 1, 3, 5]), expected);
  });

  it('LOG_SOFTMAX of each row, also of large values', () => {
    const [half, quarter] = [Math.log(0.5), Math.log(0.25)];
    const found = run('LOG_SOFTMAX', {}, [2, 3], [1000, 1000 + Math.log(2), 1000, -0.5, -0.5, -0.5]);
    found.slice(0, 3).forEach((value, i) => expect(value).toBeCloseTo([quarter, half, quarter][i]!, 4));
    expectClose(found.slice(3), [-third, -third, -third]);
  });
});
