// What each layer is said to cost, on nets of which it is known.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { calibrate } from '../../converter/calibrate.js';
import type { Graph } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { measureLayers } from '../../converter/measure_layers.js';
import { dequantized, feedQuantized } from '../../converter/output_error.js';
import { quantize, type QuantizeOptions } from '../../converter/quantize.js';
import { ranked } from '../../converter/quantization/report.js';
import { inputsWithin } from '../../converter/samples.js';
import { Simulation } from '../../converter/simulation.js';
import { FloatBuilder } from './float_builder.js';
import { floatLstm, floatSvdf, normalInputs } from './stateful_graphs.js';

const DENSE = { activation: 'RELU', keepNumDims: false } as const;
const WIDTH = 12;

/** Dense layers; the weights of one of them have an outlier that leaves the others a few steps. */
function stack(spoiled?: string): Graph {
  const b = new FloatBuilder(2);
  const x = b.activation('x', [1, WIDTH]);
  const random = new Random(8);
  const layers = ['first', 'second', 'third'];
  const last = layers.reduce((input, name) => {
    const weights = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) =>
      name === spoiled && i === 0 ? 30 : random.normal() / 4,
    );
    const operands = [input, b.constant(`${name}/w`, [WIDTH, WIDTH], weights), b.constant(`${name}/b`, [WIDTH])];
    return b.op('FULLY_CONNECTED', name, operands, [1, WIDTH], DENSE);
  }, x);
  return b.graph(x, b.op('SOFTMAX', 'softmax', [last], [1, WIDTH], { beta: 1 }));
}

function normals(count: number, size = WIDTH): Float32Array[] {
  const random = new Random(1);
  return Array.from({ length: count }, () => Float32Array.from({ length: size }, () => random.normal()));
}

function found(reference: Graph, inputs: readonly Float32Array[], options: QuantizeOptions = {}) {
  const distributions = calibrate(reference, inputs);
  return { reference, distributions, ...quantize(reference, distributions, { ranges: 'min-max', ...options }) };
}

describe('measureLayers', () => {
  it.each(['first', 'second', 'third'])('names the %s layer where its weights are spoiled', (spoiled) => {
    const inputs = normals(50);
    const { layers, sqnr } = measureLayers(found(stack(spoiled), inputs), inputs);
    const worst = layers.find(({ rank }) => rank === 1)!;
    expect(worst.name).toBe(spoiled);
    expect(worst.cost).toBeGreaterThan(2);
    expect(worst.weightSpread).toBeGreaterThan(10);
    const own = layers.slice(0, 3).map(({ ownSqnr }) => ownSqnr);
    expect(Math.min(...own)).toBe(worst.ownSqnr);
    expect(sqnr).toBeLessThan(measureLayers(found(stack(), inputs), inputs).sqnr);
  });

  it('tells the first layer the same by itself and in the net, and no later one', () => {
    const inputs = normals(20);
    const { layers } = measureLayers(found(stack(), inputs), inputs);
    expect(layers[0]!.sqnr).toBe(layers[0]!.ownSqnr);
    for (const { sqnr, ownSqnr } of layers.slice(1, 3)) expect(sqnr).toBeLessThan(ownSqnr);
  });

  it('tells ranges, and the share that they clip', () => {
    const inputs = [...normals(200), Float32Array.from({ length: WIDTH }, () => 60)];
    const whole = measureLayers(found(stack(), inputs), inputs).layers;
    const clipped = measureLayers(found(stack(), inputs, { ranges: 'percentile', percentile: 98 }), inputs).layers;
    expect(whole.map(({ method }) => method)).toEqual(['min-max', 'min-max', 'min-max', 'fixed']);
    expect(whole.every(({ saturated }) => saturated === 0)).toBe(true);
    expect(whole[0]!.range.max / whole[0]!.calibrated.max).toBeCloseTo(1, 2);
    expect(clipped[0]!.method).toBe('percentile');
    expect(clipped[0]!.calibrated).toEqual(whole[0]!.calibrated);
    expect(clipped[0]!.range.max).toBeLessThan(0.9 * clipped[0]!.calibrated.max);
    expect(clipped[0]!.saturated).toBeGreaterThan(0);
    expect(clipped[0]!.saturated).toBeLessThan(0.02);
    expect(whole[3]).toMatchObject({ range: { min: 0, max: 255 / 256 } });
  });

  it('counts what a QUANTIZE between loses', () => {
    const b = new FloatBuilder();
    const x = b.activation('x', [1, WIDTH]);
    const sigmoid = b.op('LOGISTIC', 'sigmoid', [x], [1, WIDTH], {});
    const graph = b.graph(x, b.op('CONCATENATION', 'both', [sigmoid, x], [1, 24], { axis: 1, activation: 'NONE' }));
    const inputs = normals(20).map((values) => values.map((value) => 30 * value));
    const { layers } = measureLayers(found(graph, inputs), inputs);
    expect(layers.map(({ opcode }) => opcode)).toEqual(['LOGISTIC', 'QUANTIZE', 'CONCATENATION']);
    expect(layers[1]!.ownSqnr).toBeLessThan(layers[0]!.ownSqnr - 6);
    expect(layers[1]!.calibrated).toEqual(layers[0]!.calibrated);
  });

  it.each([
    ['an SVDF', floatSvdf(1, { depth: 20, units: 8, rank: 1, memory: 10 })],
    ['an LSTM', floatLstm(1, { steps: 10, depth: 8, units: 12 })],
  ])('follows the state of %s', (_name, graph) => {
    const inputs = normalInputs(graph, 30);
    const { layers, sqnr } = measureLayers(found(graph, inputs), inputs);
    expect(layers[0]!.sqnr).toBeCloseTo(sqnr, 6);
    expect(layers[0]!.ownSqnr).toBe(layers[0]!.sqnr);
    expect(sqnr).toBeGreaterThan(30);
    expect(layers[0]!.cost).toBeGreaterThan(0);
  });

  it('ranks by cost', () => {
    const [layer] = measureLayers(found(stack(), normals(4)), normals(4)).layers;
    const costs = [0.5, -1, 2].map((cost) => ({ ...layer!, cost }));
    expect(ranked(costs).map(({ rank }) => rank)).toEqual([2, 3, 1]);
  });
});

describe('a simulation', () => {
  it('is within a step of the int8 net, and exact with every layer but one spared', () => {
    const graph = stack();
    const inputs = normals(10);
    const pair = found({ ...graph, ops: graph.ops.slice(0, 1), outputs: graph.ops[0]!.outputs }, inputs);
    const [simulation, spared] = [new Simulation(pair), new Simulation(pair, 0)];
    const interpreter = new GraphInterpreter(pair.graph);
    const [output] = pair.graph.outputs as [number];
    const { quantization } = pair.graph.tensors[output]!;
    for (const input of inputs) {
      for (const each of [simulation, spared]) each.invoke(input);
      feedQuantized(interpreter, pair.graph, input);
      interpreter.invoke();
      dequantized(interpreter.value(output), quantization!).forEach((value, i) => {
        expect(Math.abs(value - simulation.value(output)[i]!)).toBeLessThan(1.01 * quantization!.scale[0]!);
      });
    }
    const last = spared.value(output);
    expect(last.some((value) => value % quantization!.scale[0]! !== 0)).toBe(true);
  });
});

describe('samples', () => {
  it('are spread over the inputs, within the work that is allowed', () => {
    const inputs = normals(100);
    const perInput = 3 * WIDTH * WIDTH + 1;
    const some = inputsWithin(10 * perInput, stack(), inputs);
    expect(some).toEqual(inputs.filter((_, i) => i % 10 === 0));
    expect(inputsWithin(1, stack(), inputs).length).toBe(4);
    expect(inputsWithin(Infinity, stack(), inputs, 50).length).toBe(50);
    expect(inputsWithin(Infinity, stack(), inputs)).toEqual(inputs);
  });
});
