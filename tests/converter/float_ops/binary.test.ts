// The float32 forms of the ops with two operands, and how they broadcast, by values that can be worked out by hand.
import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../converter/graph/graph.js';
import { createFloatInterpreter } from '../../../converter/interpreter.js';
import type { BinaryOpcode } from '../../../converter/ops/binary.js';
import { broadcastLoops, broadcastShape } from '../../../converter/ops/broadcast.js';
import { GraphBuilder } from '../../kernels/builder.js';

interface Operand {
  shape: number[];
  values: number[];
}

/** The first operand is the input, the second one a constant. */
function run(opcode: BinaryOpcode, a: Operand, b: Operand, activation?: Activation): number[] {
  const builder = new GraphBuilder('float', 1);
  const x = builder.floats(a.shape);
  const y = builder.tensor({ shape: b.shape, dtype: 'float32', data: Float32Array.from(b.values) });
  const output = builder.floats(broadcastShape(a.shape, b.shape)!);
  builder.op(opcode, [x, y], output, activation ? { activation } : {});
  const interpreter = createFloatInterpreter(builder.graph(x, output));
  const found = new Float32Array(interpreter.outputSize);
  interpreter.invoke(Float32Array.from(a.values), found);
  return [...found];
}

const A: Operand = { shape: [2, 3], values: [1, -2, 3, -4, 5, -6] };
const ROW: Operand = { shape: [3], values: [10, 0.5, -2] };
const COLUMN: Operand = { shape: [2, 1], values: [2, -1] };

describe('in float32', () => {
  it('adds, subtracts and multiplies each row with a row', () => {
    expect(run('ADD', A, ROW, 'NONE')).toEqual([11, -1.5, 1, 6, 5.5, -8]);
    expect(run('SUB', A, ROW, 'NONE')).toEqual([-9, -2.5, 5, -14, 4.5, -4]);
    expect(run('MUL', A, ROW, 'NONE')).toEqual([10, -1, -6, -40, 2.5, 12]);
  });

  it('takes one value of a column for each row', () => {
    expect(run('MUL', A, COLUMN, 'NONE')).toEqual([2, -4, 6, 4, -5, 6]);
    expect(run('MAXIMUM', A, COLUMN)).toEqual([2, 2, 3, -1, 5, -1]);
    expect(run('MINIMUM', A, COLUMN)).toEqual([1, -2, 2, -4, -1, -6]);
  });

  it('repeats both where each has a dimension of 1', () => {
    const row = { shape: [1, 3], values: [1, 2, 3] };
    expect(run('SUB', row, COLUMN, 'NONE')).toEqual([-1, 0, 1, 2, 3, 4]);
  });

  it.each<[Activation, number[]]>([
    ['RELU', [11, 0, 1, 6, 5.5, 0]],
    ['RELU6', [6, 0, 1, 6, 5.5, 0]],
    ['RELU_N1_TO_1', [1, -1, 1, 1, 1, -1]],
  ])('clamps sums as %s does', (activation, expected) => {
    expect(run('ADD', A, ROW, activation)).toEqual(expected);
  });

  it('rounds to float32', () => {
    const one = { shape: [1], values: [1] };
    const tiny = { shape: [1], values: [2 ** -24 * 1.5] };
    expect(run('ADD', one, tiny, 'NONE')).toEqual([1 + 2 ** -23]);
  });

  it('PRELU multiplies what is negative by its channel’s alpha', () => {
    expect(run('PRELU', A, ROW)).toEqual([1, -1, 3, -40, 5, 12]);
  });
});

describe('broadcastLoops', () => {
  it('goes through equal shapes in one loop, whatever their rank', () => {
    expect(broadcastLoops([2, 3, 4, 5], [1, 2, 3, 4, 5])).toEqual([{ size: 120, a: 1, b: 1 }]);
    expect(broadcastLoops([], [1, 1])).toEqual([{ size: 1, a: 1, b: 1 }]);
  });

  it('joins the dimensions in which one operand repeats', () => {
    expect(broadcastLoops([2, 3, 4], [4])).toEqual([
      { size: 6, a: 4, b: 0 },
      { size: 4, a: 1, b: 1 },
    ]);
    expect(broadcastLoops([1], [2, 3, 4])).toEqual([{ size: 24, a: 0, b: 1 }]);
    expect(broadcastLoops([2, 3, 1, 1], [2, 3, 4, 5])).toEqual([
      { size: 6, a: 1, b: 20 },
      { size: 20, a: 0, b: 1 },
    ]);
  });

  it('has one loop for each dimension where the operands take turns', () => {
    expect(broadcastLoops([2, 1, 4], [1, 3, 1])).toEqual([
      { size: 2, a: 4, b: 0 },
      { size: 3, a: 0, b: 1 },
      { size: 4, a: 1, b: 0 },
    ]);
  });
});
