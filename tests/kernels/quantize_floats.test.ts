// QUANTIZE of every kind of float32: the host and C, at each level, agree where TFLite Micro's C++ is undefined too.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { runBatch } from './batch.js';
import { unary } from './cases/unary.js';
import { interpreted } from './interpreted.js';

const SCALE = 0.1;
const ZERO_POINT = -28;
const MAX = 3.4028234663852886e38;
const [HALF, BELOW_HALF] = [0.5 * Math.fround(SCALE), 0.4999999 * Math.fround(SCALE)];

const SPECIAL: readonly (readonly [number, number])[] = [
  [NaN, ZERO_POINT],
  [Infinity, 127],
  [-Infinity, -128],
  [MAX, 127],
  [-MAX, -128],
  [3e8, 127],
  [-3e8, -128],
  [-0, ZERO_POINT],
  [1e-45, ZERO_POINT],
  [-1e-40, ZERO_POINT],
  [HALF, ZERO_POINT + 1],
  [-HALF, ZERO_POINT - 1],
  [BELOW_HALF, ZERO_POINT],
  [-BELOW_HALF, ZERO_POINT],
];

const bytesOf = (floats: ArrayLike<number>) => new Int8Array(Float32Array.from(floats).buffer);
const LEVELS = [['-O0'], ['-O2', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']];

describe('QUANTIZE', () => {
  const graph = unary('QUANTIZE', {}, 'float32', [SCALE, ZERO_POINT], [SPECIAL.length]);
  const inputs = [bytesOf(SPECIAL.map(([value]) => value))];
  const expected = [Int8Array.from(SPECIAL, ([, step]) => step)];

  it('saturates what is too large, takes NaN for 0 and rounds halves away from it', () => {
    expect(interpreted(graph, inputs)).toEqual(expected);
  });

  it.each(LEVELS)('does so in C at %s', (...flags) => {
    expect(runBatch([{ graph, inputs }], ['-std=c99', ...flags])).toEqual([expected]);
  });

  it('gives the same in C for random bits', () => {
    const random = new Random(6);
    const graphs = [1e-42, 2 ** -20, SCALE, 3, 1e30].map((scale) =>
      unary('QUANTIZE', {}, 'float32', [scale, ZERO_POINT], [2000]),
    );
    const jobs = graphs.map((graph) => ({
      graph,
      inputs: [new Int8Array(Uint32Array.from({ length: 2000 }, () => random.uint32()).buffer)],
    }));
    const found = runBatch(jobs, ['-std=c99', ...LEVELS[1]!]);
    expect(found).toEqual(jobs.map(({ graph, inputs }) => interpreted(graph, inputs)));
  });
});
