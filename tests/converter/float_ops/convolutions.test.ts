// The float32 forms of grouped CONV_2D and of TRANSPOSE_CONV: by hand, and as the adjoint of the convolution.
import { describe, expect, it } from 'vitest';
import { Random } from '../../../base/random.js';
import { elements, type Activation, type Graph, type Padding } from '../../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../../converter/interpreter.js';
import { verify } from '../../../converter/ops/verify.js';
import { outputSize } from '../../../converter/ops/window.js';
import { GraphBuilder } from '../../kernels/builder.js';
import { normal } from '../keras.js';

function run(graph: Graph, values: ArrayLike<number>): Float32Array {
  verify(graph);
  const interpreter = createFloatInterpreter(graph);
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(Float32Array.from(values), output);
  return output;
}

function constant(b: GraphBuilder, shape: number[], values: ArrayLike<number>): number {
  return b.tensor({ shape, dtype: 'float32', data: Float32Array.from(values) });
}

interface Transposed {
  input: number[];
  output: number[];
  filter: { shape: number[]; values: ArrayLike<number> };
  stride: number;
  padding?: Padding;
  bias?: number[];
  activation?: Activation;
}

function transposed({ padding = 'VALID', activation = 'NONE', stride, ...spec }: Transposed): Graph {
  const b = new GraphBuilder('float', 1);
  const [x, y] = [b.floats(spec.input), b.floats(spec.output)];
  const weights = constant(b, spec.filter.shape, spec.filter.values);
  const bias = spec.bias ? [constant(b, [spec.bias.length], spec.bias)] : [];
  const options = { padding, strideH: stride, strideW: stride, activation };
  return b.graph(x, b.op('TRANSPOSE_CONV', [b.shape(spec.output), weights, x, ...bias], y, options));
}

interface Conv {
  input: number[];
  output: number[];
  filter: { shape: number[]; values: ArrayLike<number> };
  stride: number;
  padding: Padding;
}

function conv({ input, output, filter, stride, padding }: Conv): Graph {
  const b = new GraphBuilder('float', 1);
  const [x, y] = [b.floats(input), b.floats(output)];
  const window = { strideH: stride, strideW: stride, dilationH: 1, dilationW: 1, activation: 'NONE', padding } as const;
  return b.graph(x, b.op('CONV_2D', [x, constant(b, filter.shape, filter.values)], y, window));
}

describe('TRANSPOSE_CONV', () => {
  const filter = { shape: [1, 1, 3, 1], values: [1, 2, 3] };
  const input = [1, 1, 2, 1];

  it('adds up where filters overlap', () => {
    const graph = transposed({ input, output: [1, 1, 5, 1], filter, stride: 2 });
    expect([...run(graph, [1, 10])]).toEqual([1, 2, 13, 20, 30]);
  });

  it('leaves zero where no filter reaches', () => {
    const graph = transposed({ input, output: [1, 1, 9, 1], filter, stride: 5 });
    expect([...run(graph, [1, 10])]).toEqual([1, 2, 3, 0, 0, 10, 20, 30, 0]);
  });

  it.each([
    [3, [2, 13, 20]],
    [4, [1, 2, 13, 20]],
  ])('cuts an output of SAME padding to %i', (width, expected) => {
    const graph = transposed({ input, output: [1, 1, width, 1], filter, stride: 2, padding: 'SAME' });
    expect([...run(graph, [1, 10])]).toEqual(expected);
  });

  it('adds the bias once, and clamps', () => {
    const clamped = { bias: [-3], activation: 'RELU6' as const };
    const graph = transposed({ input, output: [1, 1, 5, 1], filter, stride: 2, ...clamped });
    expect([...run(graph, [1, 2])]).toEqual([0, 0, 2, 1, 3]);
  });

  it('keeps batches apart', () => {
    const graph = transposed({ input: [2, 1, 1, 1], output: [2, 1, 3, 1], filter, stride: 1 });
    expect([...run(graph, [1, -1])]).toEqual([1, 2, 3, -1, -2, -3]);
  });

  it.each<[Padding, number]>([
    ['SAME', 1],
    ['SAME', 2],
    ['SAME', 4],
    ['VALID', 1],
    ['VALID', 3],
  ])('is the adjoint of CONV_2D: %s, stride %i', (padding, stride) => {
    const random = new Random(stride);
    const [height, width, inC, outC] = [7, 6, 2, 3];
    const places = [outputSize(padding, height, 3, stride, 1), outputSize(padding, width, 2, stride, 1)];
    const [large, small] = [
      [1, height, width, inC],
      [1, ...places, outC],
    ];
    const weights = normal(outC * 3 * 2 * inC, random);
    const forward = { shape: [outC, 3, 2, inC], values: weights };
    const backward = { shape: [inC, 3, 2, outC], values: swapped(weights, outC, 6, inC) };
    const [x, y] = [normal(elements(large), random), normal(elements(small), random)];
    const there = run(conv({ input: large, output: small, filter: forward, stride, padding }), x);
    const back = run(transposed({ input: small, output: large, filter: backward, stride, padding }), y);
    expect(dot(there, y)).toBeCloseTo(dot(x, back), 3);
  });
});

/** [a, taps, b] → [b, taps, a] */
function swapped(values: Float32Array, a: number, taps: number, b: number): Float32Array {
  const result = new Float32Array(values.length);
  values.forEach((value, at) => {
    const [i, tap, j] = [Math.floor(at / (taps * b)), Math.floor(at / b) % taps, at % b];
    result[(j * taps + tap) * a + i] = value;
  });
  return result;
}

function dot(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

describe('CONV_2D in groups', () => {
  it('gives each filter its own channels', () => {
    const filter = { shape: [4, 1, 1, 2], values: [1, 0, 1, 1, 1, 0, 0, 5] };
    const graph = conv({ input: [1, 1, 2, 4], output: [1, 1, 2, 4], filter, stride: 1, padding: 'VALID' });
    expect([...run(graph, [1, 2, 3, 4, -1, -2, -3, -4])]).toEqual([1, 3, 3, 20, -1, -3, -3, -20]);
  });
});
