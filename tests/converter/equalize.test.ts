// Equalized layers compute the same, channel by channel in ranges that are alike; where that would not be so, nothing changes.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import type { Activation, Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';
import { weightRanges } from '../../converter/ops/weight_rows.js';
import { equalizeLayers } from '../../converter/passes/equalize_layers.js';
import { CONV, FloatBuilder } from './float_builder.js';

const CHANNELS = 4;
const POOL = { padding: 'SAME', strideH: 2, strideW: 2, filterH: 2, filterW: 2, activation: 'NONE' } as const;

/** 1 × 1 filters whose rows differ in size by up to 1000. */
function uneven(b: FloatBuilder, name: string, from: number, to: number): number {
  const random = new Random(name.length);
  const sizes = Array.from({ length: to }, (_, row) => 10 ** (row % 4));
  return b.constant(
    name,
    [to, 1, 1, from],
    sizes.flatMap((size) => Array.from({ length: from }, () => size * random.normal())),
  );
}

type Between = (b: FloatBuilder, y: number) => number;

/** A convolution, what lies between, and a layer that reads it. */
function pair(between: Between, activation: Activation = 'RELU', reader: Reader = pointwise): Graph {
  const b = new FloatBuilder(3);
  const x = b.activation('x', [1, 4, 4, 2]);
  const inputs = [x, uneven(b, 'weights', 2, CHANNELS), b.constant('bias', [CHANNELS])];
  const first = b.op('CONV_2D', 'first', inputs, [1, 4, 4, CHANNELS], { ...CONV, activation });
  return b.graph(x, reader(b, between(b, first)));
}

type Reader = (b: FloatBuilder, y: number) => number;

const shapeOf = (b: FloatBuilder, y: number) => [...b.tensors[y]!.shape];
const pointwise: Reader = (b, y) =>
  b.conv('second', y, b.constant('w', [3, 1, 1, CHANNELS]), [...shapeOf(b, y).slice(0, 3), 3]);
const depthwise: Reader = (b, y) =>
  b.op(
    'DEPTHWISE_CONV_2D',
    'second',
    [y, b.constant('w', [1, 1, 1, 2 * CHANNELS])],
    [...shapeOf(b, y).slice(0, 3), 2 * CHANNELS],
    {
      ...{ ...CONV, depthMultiplier: 2 },
    },
  );
const dense: Reader = (b, y) => {
  const depth = shapeOf(b, y).reduce((product, n) => product * n);
  return b.op('FULLY_CONNECTED', 'second', [y, b.constant('w', [3, depth])], [1, 3], {
    activation: 'NONE',
    keepNumDims: false,
  });
};

const axes = (b: FloatBuilder, values: number[]) =>
  b.tensors.push({ name: 'axes', shape: [values.length], dtype: 'int32', data: Int32Array.from(values) }) - 1;

const directly: Between = (_b, y) => y;

const EQUALIZED: Readonly<Record<string, () => Graph>> = {
  'two convolutions with a RELU': () => pair(directly),
  'two convolutions without': () => pair(directly, 'NONE'),
  'a depthwise one behind': () => pair(directly, 'RELU', depthwise),
  'a dense one behind': () => pair(directly, 'RELU', dense),
  'a RELU of its own': () => pair((b, y) => b.op('RELU', 'relu', [y], shapeOf(b, y), {}), 'NONE'),
  'an average pool': () => pair((b, y) => b.op('AVERAGE_POOL_2D', 'pool', [y], [1, 2, 2, CHANNELS], POOL)),
  'a largest pool': () => pair((b, y) => b.op('MAX_POOL_2D', 'pool', [y], [1, 2, 2, CHANNELS], POOL), 'NONE'),
  'a border': () =>
    pair((b, y) => {
      const paddings =
        b.tensors.push({ name: 'p', shape: [4, 2], dtype: 'int32', data: Int32Array.of(0, 0, 1, 0, 0, 2, 0, 0) }) - 1;
      return b.op('PAD', 'pad', [y, paddings], [1, 5, 6, CHANNELS], {});
    }),
  'a flattening': () => pair((b, y) => b.op('RESHAPE', 'flat', [y], [1, 64], { newShape: [1, 64] }), 'RELU', dense),
  'a mean over pixels': () =>
    pair((b, y) => b.op('MEAN', 'mean', [y, axes(b, [1, 2])], [1, CHANNELS], { keepDims: false }), 'RELU', dense),
};

const UNCHANGED: Readonly<Record<string, () => Graph>> = {
  'a RELU6 between': () => pair(directly, 'RELU6'),
  'a mean over channels': () =>
    pair((b, y) => b.op('MEAN', 'mean', [y, axes(b, [-1])], [1, 4, 4], { keepDims: false }), 'RELU', dense),
  'a SOFTMAX between': () => pair((b, y) => b.op('SOFTMAX', 'softmax', [y], shapeOf(b, y), { beta: 1 })),
  'a pool that clamps': () =>
    pair((b, y) => b.op('AVERAGE_POOL_2D', 'pool', [y], [1, 2, 2, CHANNELS], { ...POOL, activation: 'RELU6' })),
  'a border of channels': () =>
    pair(
      (b, y) => {
        const paddings =
          b.tensors.push({ name: 'p', shape: [4, 2], dtype: 'int32', data: Int32Array.of(0, 0, 0, 0, 0, 0, 4, 0) }) - 1;
        return b.op('PAD', 'pad', [y, paddings], [1, 4, 4, 2 * CHANNELS], {});
      },
      'RELU',
      dense,
    ),
  'two readers': () => {
    const graph = pair(directly);
    return { ...graph, outputs: [graph.ops[0]!.outputs[0]!, ...graph.outputs] };
  },
  'weights that are shared': () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 1, 1, CHANNELS]);
    const w = uneven(b, 'w', CHANNELS, CHANNELS);
    return b.graph(x, b.conv('second', b.conv('first', x, w, [1, 1, 1, CHANNELS]), w, [1, 1, 1, CHANNELS]));
  },
};

function outputs(graph: Graph): number[] {
  const random = new Random(9);
  const interpreter = createFloatInterpreter({ ...graph, outputs: graph.outputs.slice(-1) });
  return Array.from({ length: 8 }, () => {
    const output = new Float32Array(interpreter.outputSize);
    interpreter.invoke(
      Float32Array.from({ length: interpreter.inputSize }, () => random.normal()),
      output,
    );
    return [...output];
  }).flat();
}

/** The largest over the smallest range of the first layer's channels. */
function spread(graph: Graph): number {
  const ranges = weightRanges(graph.ops[0]!, graph);
  return Math.max(...ranges) / Math.min(...ranges);
}

describe('equalizeLayers', () => {
  it.each(Object.entries(EQUALIZED))('evens out %s, and the outputs stay', (_name, make) => {
    const graph = make();
    const equalized = equalizeLayers(graph);
    expect(spread(equalized)).toBeLessThan(0.1 * spread(graph));
    const [before, after] = [outputs(graph), outputs(equalized)];
    const largest = Math.max(...before.map(Math.abs));
    after.forEach((value, i) => expect(Math.abs(value - before[i]!)).toBeLessThan(1e-5 * largest));
  });

  it.each(Object.entries(UNCHANGED))('leaves %s as it is', (_name, make) => {
    const graph = make();
    expect(equalizeLayers(graph)).toEqual(graph);
  });

  it('evens out what lies between where its ranges are given', () => {
    const graph = pair(directly);
    const given = Float64Array.of(1, 100, 10000, 0);
    const equalized = equalizeLayers(graph, () => given);
    const [before, after] = [graph, equalized].map(
      ({ tensors, ops }) => tensors[ops[1]!.inputs[1]!]!.data as Float32Array,
    );
    const largest = (weights: Float32Array, channel: number) =>
      Math.max(...[...weights].filter((_, i) => i % CHANNELS === channel).map(Math.abs));
    for (let channel = 0; channel < 3; channel++) {
      const factor = largest(after!, channel) / largest(before!, channel);
      expect(given[channel]! / factor).toBeCloseTo(largest(after!, channel), 3);
    }
    expect(largest(after!, 3)).toBe(largest(before!, 3));
  });

  it('bounds factors, and leaves channels of zeros', () => {
    const graph = pair(directly);
    const equalized = equalizeLayers(graph, () => Float64Array.of(1e30, 1e-30, 0, 1));
    const [weights, reference] = [equalized, graph].map(
      ({ tensors, ops }) => tensors[ops[0]!.inputs[1]!]!.data as Float32Array,
    );
    expect(reference![0]! / weights![0]!).toBeCloseTo(2 ** 12, 1);
    expect(reference![2]! / weights![2]!).toBeCloseTo(2 ** -12, 6);
    expect(weights![4]).toBe(reference![4]);
  });
});
