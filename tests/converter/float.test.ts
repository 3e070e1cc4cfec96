// The float32 kernels against definitions written out: sums over indices, without any geometry of the converter's own.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import {
  elements,
  type Graph,
  type Op,
  type OpOptions,
  type Opcode,
  type Tensor,
} from '../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';

const random = new Random(11);

/** Values about zero, float32. */
function values(shape: number[], least = -2): Float32Array {
  return Float32Array.from({ length: elements(shape) }, () => least + 4 * random.uniform());
}

function run<K extends Opcode>(
  opcode: K,
  options: OpOptions[K],
  input: { shape: number[]; data: Float32Array },
  constants: { shape: number[]; data: Float32Array }[],
  outputShape: number[],
): number[] {
  const tensors: Tensor[] = [
    { name: 'x', shape: input.shape, dtype: 'float32' },
    ...constants.map(({ shape, data }, i): Tensor => ({ name: `c${i}`, shape, dtype: 'float32', data })),
    { name: 'y', shape: outputShape, dtype: 'float32' },
  ];
  const outputs = [tensors.length - 1];
  const op = { opcode, name: 'y', inputs: [0, ...constants.map((_, i) => 1 + i)], outputs, options } as unknown as Op;
  const graph: Graph = { name: 'float', tensors, ops: [op], inputs: [0], outputs, metadata: new Map() };
  const interpreter = createFloatInterpreter(graph);
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(input.data, output);
  return [...output];
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
}

describe('float32 kernels', () => {
  it('CONV_2D, SAME with stride 2: the window at (y, x) starts at (2y − 0, 2x − 1) for 4 × 3 under 2 × 3', () => {
    const x = { shape: [1, 4, 3, 2], data: values([24]) };
    const w = { shape: [3, 2, 3, 2], data: values([36]) };
    const b = { shape: [3], data: values([3]) };
    const options = {
      padding: 'SAME',
      strideH: 2,
      strideW: 2,
      dilationH: 1,
      dilationW: 1,
      activation: 'RELU',
    } as const;
    const expected: number[] = [];
    for (const y of [0, 1]) {
      for (const column of [0, 1]) {
        for (const out of [0, 1, 2]) {
          let sum = b.data[out]!;
          for (const [i, j, c] of triples(2, 3, 2)) {
            const [row, col] = [2 * y + i, 2 * column - 1 + j];
            if (col < 0 || col > 2) continue;
            sum += x.data[(row * 3 + col) * 2 + c]! * w.data[((out * 2 + i) * 3 + j) * 2 + c]!;
          }
          expected.push(Math.max(0, sum));
        }
      }
    }
    expectClose(run('CONV_2D', options, x, [w, b], [1, 2, 2, 3]), expected);
  });

  it('DEPTHWISE_CONV_2D with a multiplier of 2 and a dilation', () => {
    const x = { shape: [1, 4, 4, 2], data: values([32]) };
    const w = { shape: [1, 2, 2, 4], data: values([16]) };
    const options = {
      padding: 'VALID',
      strideH: 1,
      strideW: 1,
      dilationH: 2,
      dilationW: 3,
      activation: 'NONE',
    } as const;
    const expected = triples(2, 1, 4).map(([y, column, out]) =>
      triples(2, 2, 1)
        .map(([i, j]) => x.data[((y + 2 * i) * 4 + column + 3 * j) * 2 + (out >> 1)]! * w.data[(i * 2 + j) * 4 + out]!)
        .reduce((a, b) => a + b),
    );
    expectClose(run('DEPTHWISE_CONV_2D', { ...options, depthMultiplier: 2 }, x, [w], [1, 2, 1, 4]), expected);
  });

  it('FULLY_CONNECTED over rows', () => {
    const x = { shape: [2, 3], data: values([6]) };
    const w = { shape: [2, 3], data: values([6]) };
    const b = { shape: [2], data: values([2]) };
    const expected = triples(2, 2, 1).map(([row, out]) =>
      [0, 1, 2].reduce((sum, k) => sum + x.data[row * 3 + k]! * w.data[out * 3 + k]!, b.data[out]!),
    );
    expectClose(run('FULLY_CONNECTED', { activation: 'NONE', keepNumDims: false }, x, [w, b], [2, 2]), expected);
  });

  it('AVERAGE_POOL_2D divides by what lies inside', () => {
    const x = { shape: [1, 2, 3, 1], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const options = { padding: 'SAME', strideH: 2, strideW: 2, filterH: 2, filterW: 2, activation: 'NONE' } as const;
    expect(run('AVERAGE_POOL_2D', options, x, [], [1, 1, 2, 1])).toEqual([(1 + 2 + 4 + 5) / 4, (3 + 6) / 2]);
  });

  it('SOFTMAX of each row', () => {
    const x = { shape: [2, 3], data: values([6]) };
    const expected = [0, 3].flatMap((start) => {
      const exps = [0, 1, 2].map((i) => Math.exp(1.5 * x.data[start + i]!));
      return exps.map((e) => e / exps.reduce((a, b) => a + b));
    });
    expectClose(run('SOFTMAX', { beta: 1.5 }, x, [], [2, 3]), expected);
  });

  it('SOFTMAX of large values does not overflow', () => {
    const x = { shape: [1, 2], data: Float32Array.of(1000, 1000) };
    expect(run('SOFTMAX', { beta: 1 }, x, [], [1, 2])).toEqual([0.5, 0.5]);
  });

  it('RELU and RELU6 clamp', () => {
    const x = { shape: [4], data: Float32Array.of(-1, 0, 5, 7) };
    expect(run('RELU', {}, x, [], [4])).toEqual([0, 0, 5, 7]);
    expect(run('RELU6', {}, x, [], [4])).toEqual([0, 0, 5, 6]);
  });

  it('RESHAPE keeps the order', () => {
    const x = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    expect(run('RESHAPE', { newShape: [4, -1] }, x, [], [4, 1])).toEqual([1, 2, 3, 4]);
  });

  it('BATCH_NORMALIZATION by channel', () => {
    const x = { shape: [1, 2, 2], data: values([4]) };
    const [gamma, beta, mean, variance] = [-2, -2, -2, 0.1].map((least) => ({ shape: [2], data: values([2], least) }));
    const expected = [0, 1, 2, 3].map((i) => {
      const c = i % 2;
      const normal = (x.data[i]! - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + 0.001);
      return gamma!.data[c]! * normal + beta!.data[c]!;
    });
    const constants = [gamma!, beta!, mean!, variance!];
    expectClose(run('BATCH_NORMALIZATION', { epsilon: 0.001 }, x, constants, [1, 2, 2]), expected);
  });
});

/** Every (i, j, k) below the given limits, in order. */
function triples(a: number, b: number, c: number): [number, number, number][] {
  return Array.from({ length: a * b * c }, (_, n) => [Math.floor(n / (b * c)), Math.floor(n / c) % b, n % c]);
}
