// Scales and zero points by TFLite's int8 specification, at the edges: constants, outliers, empty channels, large biases.
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../converter/calibrate.js';
import type { Graph, Tensor } from '../../converter/graph/graph.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { verify } from '../../converter/ops/verify.js';
import { quantize } from '../../converter/quantize.js';
import {
  activationQuantization,
  biasQuantization,
  leastOutputScale,
  quantizeBias,
  quantizeWeights,
  weightQuantization,
} from '../../converter/quantization/scales.js';
import { CONV, FloatBuilder } from './float_builder.js';

const INT32_MAX = 2 ** 31 - 1;

/** The next number of 12 significant bits. */
function fewBits(scale: number): number {
  const [digits, exponent] = [scale / 2 ** Math.floor(Math.log2(scale)), Math.floor(Math.log2(scale))];
  return (Math.ceil(digits * 2048) / 2048) * 2 ** exponent;
}

describe('activations', () => {
  it('have scales whose products are exact in float32', () => {
    const scales = [0.1, 6 / 255, 1e-5, 77.7].map((max) => activationQuantization({ min: 0, max }).scale[0]!);
    for (const a of scales) for (const b of scales) expect(Math.fround(a * b)).toBe(a * b);
  });

  it.each([
    { min: 0, max: 6, scale: 6 / 255, zeroPoint: -128 },
    { min: -1, max: 1, scale: 2 / 255, zeroPoint: -1 },
    { min: -3, max: -1, scale: 3 / 255, zeroPoint: 127 },
    { min: 2, max: 4, scale: 4 / 255, zeroPoint: -128 },
    { min: -10, max: 245, scale: 1, zeroPoint: -118 },
    { min: 5, max: 5, scale: 5 / 255, zeroPoint: -128 },
    { min: -5, max: -5, scale: 5 / 255, zeroPoint: 127 },
    { min: 0, max: 0, scale: 2 ** -24, zeroPoint: -128 },
    { min: -1e-30, max: 1e-30, scale: 2 ** -24, zeroPoint: -128 },
    { min: -3e38, max: 3e38, scale: 6e38 / 255, zeroPoint: -1 },
  ])('$min … $max', ({ min, max, scale, zeroPoint }) => {
    expect(activationQuantization({ min, max })).toEqual({ scale: [fewBits(scale)], zeroPoint: [zeroPoint], axis: 0 });
  });

  it('takes a least scale where the range is smaller', () => {
    expect(activationQuantization({ min: 0, max: 1e-3 }, 0.5).scale).toEqual([0.5]);
    expect(activationQuantization({ min: 0, max: 255 }, 0.5).scale).toEqual([1]);
  });
});

describe('weights', () => {
  const shape = [3, 2];
  const data = Float32Array.of(1, -2, 0, 0, 12.7, 0.05);
  const perChannel = weightQuantization(data, shape, 0, 0.1, undefined);

  it('have a scale for each channel, and reach ±127', () => {
    expect(perChannel.scale).toEqual([fewBits(2 / 127), 2 ** -24, fewBits(Math.fround(12.7) / 127)]);
    expect(perChannel).toMatchObject({ zeroPoint: [0, 0, 0], axis: 0 });
    expect([...quantizeWeights(data, shape, perChannel)]).toEqual([63, -127, 0, 0, 127, 0]);
  });

  it('have a scale for each last index', () => {
    const last = weightQuantization(data, shape, 1, 0.1, undefined);
    expect(last).toMatchObject({ scale: [fewBits(Math.fround(12.7) / 127), fewBits(2 / 127)], axis: 1 });
    expect([...quantizeWeights(data, shape, last)]).toEqual([10, -127, 0, 0, 127, 3]);
  });

  it('have one scale where the op wants one', () => {
    const one = weightQuantization(data, shape, null, 0.1, undefined);
    expect(one).toEqual({ scale: [fewBits(Math.fround(12.7) / 127)], zeroPoint: [0], axis: 0 });
    expect([...quantizeWeights(data, shape, one)]).toEqual([10, -20, 0, 0, 127, 0]);
  });

  it.each([
    { axis: 0, what: 'channel by channel' },
    { axis: null, what: 'for all at once' },
  ])('of small scale leave room for a large bias, $what', ({ axis }) => {
    const bias = Float32Array.of(5, -1e6, 0);
    const tiny = data.map((value) => value * 1e-6);
    const weights = weightQuantization(tiny, shape, axis, 0.1, bias);
    const scale = biasQuantization(0.1, weights);
    const quantized = quantizeBias(bias, scale);
    quantized.forEach((q, c) => {
      expect(Math.abs(q)).toBeLessThanOrEqual(2 ** 30);
      expect(q * scale.scale[axis === null ? 0 : c]!).toBeCloseTo(bias[c]!, -1);
    });
    expect(Math.abs(quantized[1]!)).toBeGreaterThan(2 ** 29);
  });
});

describe('biases', () => {
  it('have the product of the scales, in float32', () => {
    const weights = { scale: [Math.fround(0.3), Math.fround(0.7)], zeroPoint: [0, 0], axis: 3 };
    const q = biasQuantization(Math.fround(0.1), weights);
    expect(q.scale).toEqual(weights.scale.map((s) => Math.fround(Math.fround(0.1) * s)));
    expect(q).toMatchObject({ zeroPoint: [0, 0], axis: 0 });
    expect([...quantizeBias(Float32Array.of(0.3, -7), q)]).toEqual([10, -100]);
  });
});

describe('outputs', () => {
  const SUM_BITS = 30;

  it.each([
    { title: 'each channel', scale: [0.5, 0.25], sums: [3 * 255 + 1 + 1000, 127 * 255 + 1 + 4], axis: 0 },
    { title: 'one scale for all', scale: [0.5], sums: [3 * 255 + 1 + 1000, 127 * 255 + 1 + 4], axis: 0 },
    { title: 'channels that come last', scale: [0.5, 0.25], sums: [129 * 255 + 1 + 1000, 1 * 255 + 1 + 4], axis: 1 },
  ])('are no finer than the largest sum allows: $title', ({ scale, sums, axis }) => {
    const quantization = { scale, zeroPoint: scale.map(() => 0), axis };
    const [weights, bias] = [Int8Array.of(2, -1, -127, 0), Int32Array.of(-1000, 4)];
    const least = leastOutputScale(0.1, weights, [2, 2], quantization, bias);
    const multipliers = sums.map((_, c) => (0.1 * (scale[c] ?? scale[0]!)) / least);
    // A shift is less than twice its multiplier: the largest shifted sum is just within its bits.
    const shifted = sums.map((sum, c) => 2 * sum * multipliers[c]!);
    expect(Math.max(...shifted)).toBeCloseTo(2 ** SUM_BITS, -1);
  });

  it('bound the multiplier of a layer of zeros', () => {
    const quantization = { scale: [0.5], zeroPoint: [0], axis: 0 };
    expect(leastOutputScale(4, new Int8Array(4), [2, 2], quantization, undefined)).toBe(2 * 2 ** -29);
  });
});

/** A dense layer and a softmax. */
function dense(weights: number[], bias: number[]): Graph {
  const b = new FloatBuilder();
  const x = b.activation('x', [1, weights.length / bias.length]);
  const operands = [
    x,
    b.constant('w', [bias.length, weights.length / bias.length], weights),
    b.constant('b', [bias.length], bias),
  ];
  const y = b.op('FULLY_CONNECTED', 'dense', operands, [1, bias.length], { activation: 'NONE', keepNumDims: false });
  return b.graph(x, b.op('SOFTMAX', 'softmax', [y], [1, bias.length], { beta: 1 }));
}

const rangesOf = (graph: Graph, ...inputs: number[][]) =>
  Object.fromEntries(
    [
      ...calibrate(
        graph,
        inputs.map((values) => Float32Array.from(values)),
      ),
    ].map(([index, range]) => [graph.tensors[index]!.name, range]),
  );

describe('calibrate', () => {
  const graph = dense([1, 0, 0, 2], [0, 1]);

  it('finds the least and the largest value over all inputs', () => {
    const ranges = rangesOf(graph, [1, 3], [-2, 0.5]);
    expect(ranges).toMatchObject({ x: { min: -2, max: 3 }, dense: { min: -2, max: 7 } });
    expect(Object.keys(ranges)).toEqual(['x', 'dense', 'softmax']);
  });

  it('takes inputs one by one', () => {
    const buffer = new Float32Array(2);
    function* inputs() {
      for (const value of [1, 5, -3]) yield buffer.fill(value);
    }
    expect(calibrate(graph, inputs()).get(0)).toMatchObject({ min: -3, max: 5 });
  });

  it.each([
    ['no inputs', [], /^float: there are no inputs to calibrate with\. Give finite inputs/],
    [
      'another length',
      [
        [1, 2],
        [1, 2, 3],
      ],
      /^float: calibration input 1 has 3 values, not 2/,
    ],
    ['NaN', [[1, NaN]], /^float: calibration input 0 has NaN at 1/],
    ['infinity', [[-Infinity, 1]], /^float: calibration input 0 has -Infinity at 0/],
  ])('refuses %s', (_what, inputs, message) => {
    expect(() => rangesOf(graph, ...inputs)).toThrow(message);
  });

  it('names the layer whose values overflow', () => {
    expect(() => rangesOf(dense([3e38, 3e38, 0, 0], [0, 0]), [1, 1])).toThrow(
      /^float, layer "dense" \(FULLY_CONNECTED\): gives NaN or infinity on a calibration input/,
    );
  });
});

function quantized(graph: Graph, ...inputs: number[][]): Graph {
  const distributions = calibrate(
    graph,
    inputs.map((values) => Float32Array.from(values)),
  );
  const int8 = quantize(graph, distributions, { ranges: 'min-max' }).graph;
  verify(int8);
  return int8;
}

function named(graph: Graph, name: string): Tensor {
  return graph.tensors.find((tensor) => tensor.name === name)!;
}

/** Real outputs of an int8 graph for a real input. */
function realOutput(graph: Graph, input: number[]): number[] {
  const interpreter = createInterpreter(graph);
  const [x, y] = [graph.inputs[0]!, graph.outputs[0]!].map((index) => graph.tensors[index]!.quantization!);
  const output = new Int8Array(interpreter.outputSize);
  interpreter.invoke(
    Int8Array.from(input, (value) => Math.round(value / x!.scale[0]!) + x!.zeroPoint[0]!),
    output,
  );
  return Array.from(output, (q) => (q - y!.zeroPoint[0]!) * y!.scale[0]!);
}

describe('quantize', () => {
  it('gives each op the scales that TFLite wants', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4, 4, 2]);
    const y = b.conv('conv', x, b.constant('w', [3, 1, 1, 2]), [1, 4, 4, 3], b.constant('b', [3]));
    const pool = { padding: 'VALID', strideH: 1, strideW: 1, filterH: 4, filterW: 4, activation: 'NONE' } as const;
    const flat = b.op('RESHAPE', 'flat', [b.op('AVERAGE_POOL_2D', 'pool', [y], [1, 1, 1, 3], pool)], [1, 3], {
      newShape: [1, 3],
    });
    const graph = b.graph(x, b.op('SOFTMAX', 'softmax', [flat], [1, 3], { beta: 1 }));
    const int8 = quantized(
      graph,
      Array.from({ length: 32 }, (_, i) => Math.sin(i)),
    );
    const quantizationOf = (name: string) => named(int8, name).quantization!;
    expect(quantizationOf('pool')).toEqual(quantizationOf('conv'));
    expect(quantizationOf('flat')).toEqual(quantizationOf('conv'));
    expect(quantizationOf('softmax')).toEqual({ scale: [1 / 256], zeroPoint: [-128], axis: 0 });
    expect(quantizationOf('w')).toMatchObject({ zeroPoint: [0, 0, 0], axis: 0 });
    expect(named(int8, 'b').dtype).toBe('int32');
    const product = quantizationOf('x').scale[0]! * quantizationOf('w').scale[1]!;
    expect(quantizationOf('b').scale[1]).toBe(Math.fround(product));
  });

  it('quantizes a depthwise layer by its last axis, a dense one as a whole', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 2, 2, 3]);
    const y = b.op('DEPTHWISE_CONV_2D', 'depthwise', [x, b.constant('w', [1, 2, 2, 3])], [1, 1, 1, 3], {
      ...CONV,
      depthMultiplier: 1,
    });
    const fixed = { activation: 'NONE', keepNumDims: true } as const;
    const graph = b.graph(x, b.op('FULLY_CONNECTED', 'dense', [y, b.constant('v', [2, 3])], [1, 1, 1, 2], fixed));
    const int8 = quantized(
      graph,
      Array.from({ length: 12 }, (_, i) => i - 5),
    );
    expect(named(int8, 'w').quantization).toMatchObject({ zeroPoint: [0, 0, 0], axis: 3 });
    expect(named(int8, 'v').quantization!.scale.length).toBe(1);
  });

  it('gives a constant that two layers share the scales of each', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 1, 1, 2]);
    const [w, bias] = [b.constant('w', [2, 1, 1, 2], [3, 0, 0, 5]), b.constant('b', [2], [1, -1])];
    const middle = b.conv('conv_1', x, w, [1, 1, 1, 2], bias);
    const graph = b.graph(x, b.conv('conv_2', middle, w, [1, 1, 1, 2], bias));
    const int8 = quantized(graph, [1, 2], [-1, 1]);
    const [first, second] = int8.ops.map((op) => int8.tensors[op.inputs[2]!]!);
    expect(second!.quantization!.scale[0]! / first!.quantization!.scale[0]!).toBeCloseTo(
      named(int8, 'conv_1').quantization!.scale[0]! / named(int8, 'x').quantization!.scale[0]!,
      4,
    );
    const [a, c] = realOutput(int8, [1, 2]);
    expect(a).toBeCloseTo(3 * (3 * 1 + 1) + 1, 0);
    expect(c).toBeCloseTo(5 * (5 * 2 - 1) - 1, 0);
  });

  it('keeps sums in 32 bits behind a layer that gives nothing, and with a channel that is far off', () => {
    const nothing = quantized(dense([1, -1, 2, 0.5], [0, 0]), [0, 0]);
    expect(realOutput(nothing, [0, 0])).toEqual([0.5, 0.5]);
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 1, 1, 2]);
    const operands = [x, b.constant('w', [2, 1, 1, 2], [1, 1, 1e-9, 0]), b.constant('b', [2], [0, -1e4])];
    const options = { ...CONV, activation: 'RELU' } as const;
    const graph = b.graph(x, b.op('CONV_2D', 'conv', operands, [1, 1, 1, 2], options));
    const [sum, off] = realOutput(quantized(graph, [1, 1], [0.5, 0.25]), [0.5, 0.25]);
    expect(sum).toBeCloseTo(0.75, 1);
    expect(off).toBe(0);
  });

  it('gives a clamped output all its steps, where the sums before the clamp are large', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 2]);
    const operands = [x, b.constant('w', [2, 2], [1, -1, -1, 1]), b.constant('b', [2], [3, 3])];
    const options = { activation: 'RELU6', keepNumDims: false } as const;
    const graph = b.graph(x, b.op('FULLY_CONNECTED', 'dense', operands, [1, 2], options));
    const int8 = quantized(graph, [0, 4000], [4000, 0]);
    expect(named(int8, 'dense').quantization!.scale).toEqual([fewBits(6 / 255)]);
    const [low, high] = realOutput(int8, [0, 4000]);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(6, 2);
    expect(realOutput(int8, [2000, 2000]).every((value) => Math.abs(value - 3) < 0.07)).toBe(true);
  });

  it('keeps what is given for the input', () => {
    const graph = dense([1, 0, 0, 2], [0, 1]);
    const input = { scale: 0.1, zeroPoint: 3 };
    const int8 = quantize(graph, calibrate(graph, [Float32Array.of(1, 2)]), { input }).graph;
    expect(named(int8, 'x').quantization).toEqual({ scale: [Math.fround(0.1)], zeroPoint: [3], axis: 0 });
  });

  it('names an op without an int8 form', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 4]);
    const graph = b.graph(x, b.norm('norm', x));
    expect(() => quantize(graph, calibrate(graph, [new Float32Array(4)]))).toThrow(
      /^float, layer "norm" \(BATCH_NORMALIZATION\): has no int8 form\. Put it directly behind a layer with weights/,
    );
  });

  it('never clips a bias that fits', () => {
    const int8 = quantized(dense([1e-7, 0, 0, 1e-7], [300, -300]), [1, 1]);
    const { data } = named(int8, 'b');
    expect(Math.abs(Number(data![0]))).toBeLessThan(INT32_MAX);
    expect(Number(data![0]) * named(int8, 'b').quantization!.scale[0]!).toBeCloseTo(300, 2);
  });
});
