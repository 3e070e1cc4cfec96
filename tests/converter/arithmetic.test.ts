// What the ops with two operands, the reductions and MAX_POOL_2D refuse, and the scales that they get.
import { describe, expect, it } from 'vitest';
import type { Graph, Op, Tensor } from '../../converter/graph/graph.js';
import { definitionOf } from '../../converter/ops/table.js';
import { verify } from '../../converter/ops/verify.js';
import { binaryCases, type BinarySpec } from '../kernels/cases/binary.js';
import { reduceCases, type ReduceSpec } from '../kernels/cases/reduce.js';

const two = (opcode: Parameters<typeof binaryCases>[0], spec: BinarySpec) => binaryCases(opcode, {}, { x: spec }).x!;
const along = (opcode: Parameters<typeof reduceCases>[0], spec: ReduceSpec) => reduceCases(opcode, {}, { x: spec }).x!;

/** The graph with another tensor at an input or output of its op. */
function changed(graph: Graph, which: 'inputs' | 'outputs', position: number, change: Partial<Tensor>): Graph {
  const index = graph.ops[0]![which][position]!;
  return { ...graph, tensors: graph.tensors.map((tensor, i) => (i === index ? { ...tensor, ...change } : tensor)) };
}

function withOptions(graph: Graph, options: object): Graph {
  return { ...graph, ops: [{ ...graph.ops[0]!, options } as Op] };
}

const SAME: Pick<BinarySpec, 'scales' | 'zeroPoints'> = { scales: [0.1, 0.1, 0.1], zeroPoints: [1, 1, 1] };
const SHAPE = { shape: [4, 3], axes: [0] };
const perChannel = { scale: [0.5, 0.25, 0.5], zeroPoint: [0, 0, 0], axis: 1 };
const [scale, zeroPoint] = [[0.5], [128]];

describe('verify', () => {
  it.each<[string, Graph, RegExp]>([
    [
      'shapes that do not broadcast',
      changed(two('ADD', { a: [2, 3] }), 'inputs', 1, { shape: [2, 2] }),
      /\(ADD\): has int8\[2,3\] and int8\[2,2\], which do not broadcast/,
    ],
    ['seven dimensions', two('MUL', { a: [1, 1, 1, 1, 1, 1, 2] }), /has 7 dimensions, and 6 is the limit/],
    [
      'another output shape',
      changed(two('SUB', { a: [2, 3] }), 'outputs', 0, { shape: [3, 2] }),
      /output shape \[3,2\]/,
    ],
    [
      'an output that is too fine for ADD',
      two('ADD', { scales: [1, 0.1, 2 ** -19] }),
      /= 1048576, and it has to be below 2\^20/,
    ],
    [
      'an output that is too fine for MUL',
      two('MUL', { scales: [1, 1, 2 ** -16] }),
      /products up to 18850 to shift by 17 bits/,
    ],
    [
      'an output that is too fine for PRELU',
      two('PRELU', { constant: 'b', scales: [1, 0.1, 2 ** -25] }),
      /which leave 32 bits/,
    ],
    [
      'an activation beyond 32 bits',
      two('ADD', { scales: [1e-9, 1e-9, 1e-9], activation: 'RELU6' }),
      /RELU6.*too small/,
    ],
    ['different scales of MAXIMUM', two('MAXIMUM', { scales: [0.1, 0.2, 0.1] }), /they have to be equal/],
    ['different zero points of MINIMUM', two('MINIMUM', { ...SAME, zeroPoints: [1, 1, 2] }), /they have to be equal/],
    ['a computed alpha', two('PRELU', {}), /its alphas are computed, and have to be constant/],
    ['an operand of another type', changed(two('ADD', {}), 'inputs', 1, { dtype: 'int32' }), /and has to be int8/],
    [
      'a constant with one scale for each channel',
      changed(two('MUL', { a: [2, 3], constant: 'b' }), 'inputs', 1, { quantization: perChannel }),
      /second input is int8 without one scale/,
    ],
    [
      'a constant with a zero point outside int8',
      changed(two('MUL', { a: [2, 3], constant: 'a' }), 'inputs', 0, { quantization: { scale, zeroPoint, axis: 0 } }),
      /first input has zero point 128, outside int8/,
    ],
    [
      'an axis that is not there',
      along('MEAN', { ...SHAPE, axes: [2] }),
      /\(MEAN\): has the axis 2, and it has to be from -2 to 1/,
    ],
    ['an axis before the first', along('SUM', { ...SHAPE, axes: [-3] }), /has the axis -3/],
    [
      'axes in 64 bits',
      changed(along('SUM', SHAPE), 'inputs', 1, { dtype: 'int64', data: BigInt64Array.of(0n) }),
      /its axes are int64\[1\]/,
    ],
    ['a shape without the axes', withOptions(along('MEAN', SHAPE), { keepDims: true }), /has to be \[1,3\]/],
    [
      'sums that overflow',
      along('SUM', { shape: [2 ** 23, 3], axes: [0] }),
      /can overflow a 32-bit sum: 8388608 values/,
    ],
    [
      'sums that overflow when scaled',
      along('SUM', { ...SHAPE, scales: [2 ** 22, 1] }),
      /can overflow a 32-bit sum: 4 values/,
    ],
    ['means that overflow when scaled', along('MEAN', { ...SHAPE, scales: [2 ** 24, 1] }), /can overflow a 32-bit sum/],
    [
      'scales of REDUCE_MAX that differ at all',
      along('REDUCE_MAX', { ...SHAPE, scales: [0.05, 0.0500005], zeroPoints: [0, 0] }),
      /have to be the same to the last bit/,
    ],
  ])('refuses %s', (_name, graph, message) => {
    expect(() => verify(graph)).toThrow(message);
  });

  it.each<[string, Graph]>([
    ['ADD', two('ADD', { scales: [1, 0.1, 2 ** -18] })],
    ['MUL', two('MUL', { scales: [1, 1, 2 ** -14], zeroPoints: [-128, -128, 0] })],
    ['PRELU', two('PRELU', { constant: 'b', scales: [1, 2 ** -8, 2 ** -22], zeroPoints: [127, 127, 0] })],
    ['SUM', along('SUM', { shape: [2 ** 22, 1], axes: [0] })],
  ])('accepts %s at its limit', (_name, graph) => {
    expect(() => verify(graph)).not.toThrow();
  });
});

describe('leastOutputScale', () => {
  it.each<[string, Graph]>([
    ['ADD', two('ADD', { scales: [0.3, 7, 1], zeroPoints: [127, 127, 0] })],
    ['MUL', two('MUL', { scales: [0.3, 7, 1], zeroPoints: [127, -128, 0] })],
    ['PRELU', two('PRELU', { constant: 'b', scales: [3, 7, 1], zeroPoints: [-128, 127, 0] })],
    ['PRELU of small alphas', two('PRELU', { constant: 'b', scales: [3, 0.001, 1], zeroPoints: [-128, 127, 0] })],
    ['SUM', along('SUM', { shape: [1000, 3], axes: [0], zeroPoints: [127, 0] })],
    ['MEAN', along('MEAN', { shape: [1023, 3], axes: [0], zeroPoints: [-128, 0] })],
  ])('is a scale that verify accepts for %s, and not far above one that it refuses', (_name, graph) => {
    const least = definitionOf(graph.ops[0]!).leastOutputScale!(graph.ops[0]!, graph.tensors);
    const at = (factor: number) => {
      const quantization = { scale: [Math.fround(least * factor)], zeroPoint: [0], axis: 0 };
      return () => verify(changed(graph, 'outputs', 0, { quantization }));
    };
    expect(at(1)).not.toThrow();
    expect(at(1 / 64)).toThrow(/overflow|below 2|fit 32|leave 32/);
  });
});
