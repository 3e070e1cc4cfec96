// Weights that are rounded, and biases that are corrected, by what a layer sees.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { calibrate } from '../../converter/calibrate.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../converter/interpreter.js';
import { observeLayerInputs } from '../../converter/layer_inputs.js';
import { weightRanges, weightRows } from '../../converter/ops/weight_rows.js';
import { Expectation, int8Runner } from '../../converter/output_error.js';
import { quantize, type QuantizeOptions } from '../../converter/quantize.js';
import { roundCompensated, upperFactor } from '../../converter/quantization/compensation.js';
import { Covariance } from '../../converter/quantization/covariance.js';
import { CONV, FloatBuilder } from './float_builder.js';

const SIZE = 6;

/** Vectors whose values hang together, as neighbouring pixels do. */
function correlated(count: number, random: Random): Float64Array[] {
  return Array.from({ length: count }, () => {
    const common = random.normal() + 1;
    return Float64Array.from({ length: SIZE }, () => common + 0.2 * random.normal());
  });
}

function covarianceOf(vectors: readonly Float64Array[]): Covariance {
  const covariance = new Covariance(SIZE);
  for (const vector of vectors) covariance.add(vector);
  return covariance;
}

describe('covariances', () => {
  const vectors = correlated(500, new Random(1));
  const mean = (of: (x: Float64Array) => number) => vectors.reduce((sum, x) => sum + of(x), 0) / vectors.length;

  it('are those of the vectors, about their mean or about zero', () => {
    const covariance = covarianceOf(vectors);
    const means = covariance.mean();
    for (const [i, j] of [
      [0, 0],
      [3, 1],
      [5, 5],
      [5, 0],
    ] as const) {
      const product = mean((x) => x[i]! * x[j]!);
      expect(means[i]).toBeCloseTo(mean((x) => x[i]!));
      expect(covariance.moments('zero')[i * SIZE + j]).toBeCloseTo(product);
      expect(covariance.moments('mean')[i * SIZE + j]).toBeCloseTo(product - means[i]! * means[j]!);
    }
  });

  it('take vectors that lie between others', () => {
    const [even, all] = [new Covariance(2), Float64Array.of(1, 9, 2, 9)];
    even.add(all, 0, 2);
    expect([...even.mean()]).toEqual([1, 2]);
  });

  it('have a factor whose square they are, but for the damping', () => {
    const matrix = covarianceOf(vectors).moments('mean');
    const factor = upperFactor(matrix, SIZE);
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < SIZE; k++) product += factor[k * SIZE + i]! * factor[k * SIZE + j]!;
        expect(product).toBeCloseTo(matrix[i * SIZE + j]!);
      }
    }
  });
});

describe('rounding', () => {
  const scale = 0.1;
  const weights = Float64Array.from({ length: SIZE }, (_, i) => 0.049 + 0.1 * i);
  const error = (q: Int8Array, x: Float64Array) =>
    x.reduce((sum, value, k) => sum + (weights[k]! - scale * q[k]!) * value, 0) ** 2;

  it('with compensation errs less on correlated inputs, also on those that it has not seen', () => {
    const random = new Random(2);
    const factor = upperFactor(covarianceOf(correlated(300, random)).moments('zero'), SIZE);
    const [plain, compensated] = [weights.map((w) => Math.round(w / scale)), roundCompensated(weights, scale, factor)];
    const total = (q: ArrayLike<number>) =>
      correlated(300, random).reduce((sum, x) => sum + error(Int8Array.from(q), x), 0);
    expect(total(compensated)).toBeLessThan(0.2 * total(plain));
    expect(compensated.every((q, k) => Math.abs(q - plain[k]!) <= 1)).toBe(true);
  });

  it('with compensation is plain where inputs are independent, and stays in −127 … 127', () => {
    const identity = Float64Array.from({ length: SIZE * SIZE }, (_, i) => (i % (SIZE + 1) === 0 ? 1 : 0));
    const factor = upperFactor(identity, SIZE);
    expect([...roundCompensated(weights, scale, factor)]).toEqual([0, 1, 2, 3, 4, 5]);
    const large = weights.map((_, k) => (k % 2 ? 1e3 : -1e3));
    expect([...roundCompensated(large, 1, factor)]).toEqual([-127, 127, -127, 127, -127, 127]);
  });

  it('takes inputs that are always zero', () => {
    const factor = upperFactor(new Float64Array(SIZE * SIZE), SIZE);
    expect([...roundCompensated(weights, scale, factor)]).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

/** Layers of each kind on [1, 6, 6, 4], without an activation; an input of images that hang together. */
const LAYERS: Readonly<Record<string, (b: FloatBuilder, x: number) => number>> = {
  CONV_2D: (b, x) => b.conv('y', x, b.constant('w', [5, 3, 3, 4]), [1, 4, 4, 5], b.constant('b', [5])),
  DEPTHWISE_CONV_2D: (b, x) =>
    b.op('DEPTHWISE_CONV_2D', 'y', [x, b.constant('w', [1, 3, 3, 8]), b.constant('b', [8])], [1, 4, 4, 8], {
      ...{ ...CONV, depthMultiplier: 2 },
    }),
  'FULLY_CONNECTED without a bias': (b, x) =>
    b.op('FULLY_CONNECTED', 'y', [x, b.constant('w', [7, 144])], [1, 7], { activation: 'NONE', keepNumDims: false }),
};

function images(count: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const level = 1 + random.normal();
    return Float32Array.from({ length: 144 }, (_, i) => level * (1 + (i % 4)) + 0.3 * random.normal());
  });
}

function layer(name: string): Graph {
  const b = new FloatBuilder(5);
  const x = b.activation('x', [1, 6, 6, 4]);
  return b.graph(x, LAYERS[name]!(b, x));
}

/** Of the int8 form's output, fitted to other inputs than those that it is measured on. */
function noise(graph: Graph, options: QuantizeOptions, inputs: readonly Float32Array[]): number {
  const seen = images(60, 1);
  const layerInputs = observeLayerInputs(graph, seen);
  const int8 = quantize(graph, calibrate(graph, [...seen, ...inputs]), { ranges: 'min-max', layerInputs, ...options });
  return new Expectation(graph, graph.outputs, inputs).noise(int8Runner(int8.graph, graph.outputs));
}

describe.each(Object.keys(LAYERS))('a %s', (name) => {
  const graph = layer(name);
  const unseen = images(40, 2);

  it('errs less with its bias corrected and its rounding compensated', () => {
    const plain = noise(graph, {}, unseen);
    expect(noise(graph, { correctBias: true }, unseen)).toBeLessThan(plain);
    expect(noise(graph, { compensate: true }, unseen)).toBeLessThan(plain);
    expect(noise(graph, { correctBias: true, compensate: true }, unseen)).toBeLessThan(plain);
  });

  it('gives the mean of its float form with its bias corrected', () => {
    const inputs = images(60, 1);
    const options = { layerInputs: observeLayerInputs(graph, inputs), correctBias: true, ranges: 'min-max' } as const;
    const { graph: int8 } = quantize(graph, calibrate(graph, inputs), options);
    const { scale } = int8.tensors[graph.outputs[0]!]!.quantization!;
    const run = int8Runner(int8, graph.outputs);
    const sum = inputs.reduce((total, input) => total + run(input)[0]!.reduce((a, b) => a + b), 0);
    const expected = inputs.reduce((total, input) => total + floatOutput(graph, input).reduce((a, b) => a + b), 0);
    const values = inputs.length * run(inputs[0]!)[0]!.length;
    expect(Math.abs(sum - expected) / values).toBeLessThan(0.1 * scale[0]!);
  });

  it('has its weights where its rows say', () => {
    const op = graph.ops[0]!;
    const { channels, depth, place } = weightRows(op, graph)!;
    const weights = graph.tensors[op.inputs[1]!]!.data as Float32Array;
    const places = Array.from({ length: channels * depth }, (_, i) => place(Math.floor(i / depth), i % depth));
    expect([...places].sort((a, b) => a - b)).toEqual([...weights.keys()]);
    expect(Math.max(...weightRanges(op, graph))).toBe(Math.max(...weights.map(Math.abs)));
  });
});

function floatOutput(graph: Graph, input: Float32Array): Float32Array {
  const interpreter = createFloatInterpreter(graph);
  const output = new Float32Array(interpreter.outputSize);
  interpreter.invoke(input, output);
  return output;
}

describe('an op', () => {
  it('whose filters see a part of the channels is rounded plainly', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, 3, 3, 4]);
    const graph = b.graph(x, b.conv('y', x, b.constant('w', [6, 1, 1, 2]), [1, 3, 3, 6], b.constant('b', [6])));
    expect(weightRows(graph.ops[0]!, graph)).toBeUndefined();
    expect([...observeLayerInputs(graph, [new Float32Array(36)])]).toEqual([]);
  });
});
