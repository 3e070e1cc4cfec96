// How far before its inputs each op's output has to begin, for shapes at which that can be counted by hand.
import { describe, expect, it } from 'vitest';
import type { Graph, Op } from '../../converter/graph/graph.js';
import { memoryPlanOf } from '../../converter/memory_plan.js';
import { definitionOf } from '../../converter/ops/table.js';
import { windowOverlaps } from '../../converter/ops/window_overlap.js';
import type { WindowOp } from '../../converter/ops/window.js';
import { GraphBuilder } from '../kernels/builder.js';
import { firstFit } from './first_fit.js';
import { mobileNetV1, mobileNetV2, resnet8, separableChain } from './plan_networks.js';

type Shape = number[];
type Image = [number, number, number, number];

const WINDOW = { padding: 'SAME', strideH: 1, strideW: 1, activation: 'NONE' } as const;
const DILATION = { dilationH: 1, dilationW: 1 };
const POOL = { ...WINDOW, strideH: 2, strideW: 2, filterH: 2, filterW: 2 };

/** One op: its first tensors are its inputs. */
function layer(build: (b: GraphBuilder, value: (shape: Shape) => number) => void): Graph {
  const b = new GraphBuilder('layer', 1);
  build(b, (shape) => b.activation(shape, 0.05, 0));
  return b.graph([], []);
}

function conv(input: Image, channels: number, filter: [number, number], options: object = {}, groups = 1): Graph {
  return layer((b, value) => {
    const weights = b.weights({ shape: [channels, ...filter, input[3] / groups], scales: [0.01], axis: 0 });
    const { strideH = 1, strideW = 1 } = options as { strideH?: number; strideW?: number };
    const size = [Math.ceil(input[1] / strideH), Math.ceil(input[2] / strideW)];
    b.op('CONV_2D', [value(input), weights], value([input[0], ...size, channels]), {
      ...WINDOW,
      ...DILATION,
      ...options,
    });
  });
}

function depthwise(input: Image, depthMultiplier = 1): Graph {
  return layer((b, value) => {
    const channels = input[3] * depthMultiplier;
    const weights = b.weights({ shape: [1, 3, 3, channels], scales: [0.01], axis: 3 });
    const output = value([...input.slice(0, 3), channels]);
    b.op('DEPTHWISE_CONV_2D', [value(input), weights], output, { ...WINDOW, ...DILATION, depthMultiplier });
  });
}

/** The leads of all pairs of an input and an output, in their order. */
function leads(graph: Graph): number[] {
  const op = graph.ops[0]!;
  return definitionOf(op).overlaps!(op, graph).map(({ lead }) => lead);
}

describe('the lead of a window', () => {
  it.each([
    ['a 1 × 1 convolution: in place', conv([1, 25, 5, 64], 64, [1, 1]), 0],
    ['one with fewer outputs', conv([1, 25, 5, 64], 32, [1, 1]), 0],
    ['one with more outputs, which run ahead', conv([1, 5, 5, 4], 12, [1, 1]), 24 * 8],
    ['one with groups, which read a pixel again: the pixels in flight', conv([1, 5, 5, 4], 4, [1, 1], {}, 2), 3 * 4],
    ['one of a single pixel, which is read throughout', conv([1, 1, 1, 40], 12, [1, 1]), 12],
    ['a 3 × 3 convolution: a row and a pixel', conv([1, 25, 5, 64], 64, [3, 3]), 6 * 64],
    ['one of several images', conv([3, 25, 5, 64], 64, [3, 3]), 6 * 64],
    ['one that goes two rows at a time', conv([1, 8, 6, 4], 4, [3, 3], { strideH: 2 }), 4],
    ['one of stride 2, whose output is never far', conv([1, 8, 8, 4], 8, [3, 3], { strideH: 2, strideW: 2 }), 0],
    ['a dilated one', conv([1, 9, 9, 2], 2, [3, 3], { dilationH: 2, dilationW: 2 }), (2 * 9 + 2) * 2],
    [
      'a depthwise one: a row, a pixel, and one more, as a strip of two begins at the fourth',
      depthwise([1, 25, 5, 64]),
      7 * 64,
    ],
    [
      'a depthwise one with two filters for each channel',
      depthwise([1, 4, 5, 6], 2),
      5 * 12 - 2 * 6 + 3 * 5 * 12 - 2 * 5 * 6,
    ],
  ] as const)('of %s', (_, graph, expected) => {
    expect(leads(graph)).toEqual([expected]);
  });

  it('grows by a pixel for each one more that a kernel is ahead', () => {
    const graph = depthwise([1, 25, 5, 64]);
    const op = graph.ops[0] as WindowOp;
    const found = [0, 1, 2].map((ahead) => windowOverlaps(op, graph, ahead)[0]!.lead);
    expect(found).toEqual([7 * 64, 8 * 64, 9 * 64]);
  });
});

describe('the leads of', () => {
  const binary = (a: Shape, b: Shape) =>
    layer(
      (builder, value) => void builder.op('ADD', [value(a), value(b)], value([1, 3, 4, 2]), { activation: 'NONE' }),
    );
  const moving = (opcode: Op['opcode'], input: Shape, output: Shape, values: Shape[], options: object = {}) =>
    layer((b, value) => {
      const constants = values.map((numbers) => b.integers(numbers, opcode === 'PAD' ? [4, 2] : undefined));
      b.op(opcode, [value(input), ...constants], value(output), options as never);
    });
  const joined = (axis: number, shapes: Shape[], output: Shape) =>
    layer((b, value) => void b.op('CONCATENATION', shapes.map(value), value(output), { axis, activation: 'NONE' }));
  const split = (axis: number, input: Shape, half: Shape) =>
    layer((b, value) => {
      const inputs = [b.integers([axis]), value(input)];
      b.op('SPLIT', inputs, [value(half), value(half)], { numSplits: 2 });
    });
  const dense = (input: Shape, channels: number) =>
    layer((b, value) => {
      const weights = b.weights({ shape: [channels, input[1]!], scales: [0.01], axis: 0 });
      const options = { activation: 'NONE', keepNumDims: false } as const;
      b.op('FULLY_CONNECTED', [value(input), weights], value([input[0]!, channels]), options);
    });

  it.each([
    ['an ADD: in place of either', binary([1, 3, 4, 2], [1, 3, 4, 2]), [0, 0]],
    ['an ADD of a row, which is read until the end', binary([1, 3, 4, 2], [1, 1, 1, 2]), [0, 22]],
    ['an ADD of a column, of which each element is read twice', binary([1, 3, 4, 1], [1, 3, 4, 2]), [12, 0]],
    ['FULLY_CONNECTED: the whole row', dense([1, 30], 8), [8]],
    ['FULLY_CONNECTED of rows that grow', dense([3, 8], 10), [10 + 2 * 2]],
    ['SOFTMAX: in place', layer((b, value) => void b.op('SOFTMAX', [value([2, 9])], value([2, 9]), { beta: 1 })), [0]],
    [
      'DEQUANTIZE: four bytes for each',
      layer((b, value) => void b.op('DEQUANTIZE', [value([1, 9])], b.floats([1, 9]), {})),
      [24],
    ],
    ['QUANTIZE: in place', layer((b, value) => void b.op('QUANTIZE', [b.floats([1, 9])], value([1, 9]), {})), [0]],
    ['MEAN over an image: in place', moving('MEAN', [1, 3, 4, 2], [1, 2], [[1, 2]], { keepDims: false }), [0]],
    ['MEAN over channels: in place', moving('MEAN', [1, 3, 4, 2], [1, 3, 4], [[3]], { keepDims: false }), [0]],
    ['a pool', layer((b, value) => void b.op('MAX_POOL_2D', [value([1, 4, 4, 3])], value([1, 2, 2, 3]), POOL)), [0]],
    [
      'SLICE: from where it begins',
      moving(
        'SLICE',
        [4, 6],
        [2, 6],
        [
          [1, 0],
          [2, 6],
        ],
      ),
      [-6],
    ],
    ['TRANSPOSE: nearly all', moving('TRANSPOSE', [3, 4], [4, 3], [[1, 0]]), [3 * 2]],
    ['PAD: what is around', moving('PAD', [1, 2, 2, 1], [1, 4, 4, 1], [[0, 0, 1, 1, 1, 1, 0, 0]]), [5 + 2]],
    [
      'CONCATENATION of rows: each at its place',
      joined(
        0,
        [
          [2, 6],
          [3, 6],
        ],
        [5, 6],
      ),
      [0, 12],
    ],
    [
      'CONCATENATION of columns: the second behind nearly all',
      joined(
        1,
        [
          [4, 2],
          [4, 3],
        ],
        [4, 5],
      ),
      [9, 17],
    ],
    ['SPLIT into rows: each at its place', split(0, [4, 6], [2, 6]), [0, 0, -12]],
  ] as const)('%s', (_, graph, expected) => {
    expect(leads(graph)).toEqual(expected);
  });
});

describe('networks', () => {
  it.each([
    ['MLPerf image classification', resnet8(), 34_736, 49_152],
    ['MLPerf visual wake words', mobileNetV1(), 36_880, 64_512],
    ['MobileNet v2', mobileNetV2(), 110_640, 138_240],
  ])('%s: as small as its largest layer', (_, graph, expected, before) => {
    const { arenaBytes, lowerBound } = memoryPlanOf(graph);
    expect({ arenaBytes, lowerBound }).toEqual({ arenaBytes: expected, lowerBound: expected });
    expect(firstFit(graph)).toBe(before);
  });

  it('of separable layers are moved up, for a hundredth of their multiplications', () => {
    const graph = separableChain(4, 25, 5, 64);
    const { arenaBytes, moves } = memoryPlanOf(graph);
    expect(arenaBytes).toBeLessThanOrEqual(8512);
    expect(firstFit(graph)).toBe(16_000);
    expect(moves.length).toBe(3);
  });

  it.each([
    ['150 separable layers', separableChain(150, 12, 12, 8)],
    ['a MobileNet v2 of 48 blocks', mobileNetV2(48, 5)],
  ])('of hundreds of layers: %s', (_, graph) => {
    const { arenaBytes, lowerBound } = memoryPlanOf(graph);
    expect(arenaBytes).toBeGreaterThanOrEqual(lowerBound);
    expect(arenaBytes).toBeLessThan(firstFit(graph));
  });
});
