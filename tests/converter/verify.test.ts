// What verify refuses, by layer and by reason: later stages trust a graph that passed.
import { describe, expect, it } from 'vitest';
import type { Graph, Op, Tensor } from '../../converter/graph/graph.js';
import { print } from '../../converter/graph/print.js';
import { inspect } from '../../converter/inspect.js';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { verify } from '../../converter/ops/verify.js';
import { KERNEL_CASES } from '../kernels/cases.js';

function copyOf(op: string, name: string): Graph {
  return structuredClone(KERNEL_CASES[op]![name]!);
}

/** A graph, opened for changes that its type forbids. */
interface Open {
  tensors: (Tensor & { shape: number[]; quantization: { scale: number[]; zeroPoint: number[]; axis: number } })[];
  ops: (Omit<Op, 'options'> & { inputs: number[]; outputs: number[]; options: Record<string, unknown> })[];
  inputs: number[];
  outputs: number[];
}

function refusal(op: string, name: string, change: (graph: Open) => void): string {
  const graph = copyOf(op, name);
  change(graph as unknown as Open);
  try {
    verify(graph);
  } catch (error) {
    return String(error);
  }
  return 'accepted';
}

const CONV = ['conv_2d', 'same_stride_2_relu'] as const;
const DEPTHWISE = ['depthwise_conv_2d', 'same_relu'] as const;
const DENSE = ['fully_connected', 'per_tensor'] as const;
const POOL = ['average_pool_2d', 'same_edges'] as const;
const SOFTMAX = ['softmax', 'twelve_classes'] as const;
const RESHAPE = ['reshape', 'options_only'] as const;

describe('verify', () => {
  it.each(Object.values(KERNEL_CASES).flatMap((cases) => Object.entries(cases)))('accepts %s', (_name, graph) => {
    expect(() => verify(graph)).not.toThrow();
  });

  it.each<[string, readonly [string, string], RegExp, (graph: Open) => void]>([
    ['no ops', CONV, /conv_2d: has no op\b/, (g) => (g.ops = [])],
    ['no input', CONV, /has no input/, (g) => (g.inputs = [])],
    [
      'an index out of range',
      CONV,
      /layer "activation_3" \(CONV_2D\): uses tensor 40 of 4/,
      (g) => (g.ops[0]!.inputs[0] = 40),
    ],
    ['reading before writing', CONV, /reads tensor "activation_3" before/, (g) => (g.ops[0]!.inputs[0] = 3)],
    ['writing twice', CONV, /which has its value already/, (g) => g.ops.push(g.ops[0]!)],
    ['a constant output', CONV, /output tensor 1 is a constant/, (g) => (g.outputs = [1])],
    ['a broken shape', CONV, /has the shape \[1,0,6,3\]/, (g) => (g.tensors[0]!.shape[1] = 0)],
    [
      'too many elements',
      CONV,
      /its tensors have 2\d+ elements, and 67108864 is the limit/,
      (g) => (g.tensors[0]!.shape = [1, 2 ** 13, 2 ** 13, 3]),
    ],
    ['data of another length', CONV, /is int8\[5,3,3,2\] with a Int8Array of 135/, (g) => (g.tensors[1]!.shape[3] = 2)],
    [
      'a scale of zero',
      CONV,
      /has the scale 0, and a scale is a positive/,
      (g) => (g.tensors[0]!.quantization.scale = [0]),
    ],
    ['a scale that is no number', CONV, /has the scale NaN/, (g) => (g.tensors[0]!.quantization.scale = [NaN])],
    [
      'a zero point outside int8',
      CONV,
      /its input has zero point 200/,
      (g) => (g.tensors[0]!.quantization.zeroPoint = [200]),
    ],
    ['no quantization', CONV, /input is int8 without one scale/, (g) => delete (g.tensors[0] as Tensor).quantization],
    [
      'a missing weight scale',
      CONV,
      /has 4 scales on axis 0 of/,
      (g) => {
        g.tensors[1]!.quantization.scale.pop();
        g.tensors[1]!.quantization.zeroPoint.pop();
      },
    ],
    [
      'weight scales on another axis',
      ['conv_2d', 'two_batches'],
      /has weight scales on axis 3, and they have to be on axis 0/,
      (g) => (g.tensors[1]!.quantization.axis = 3),
    ],
    [
      'weights with a zero point',
      CONV,
      /has weights with zero point 1,/,
      (g) => (g.tensors[1]!.quantization.zeroPoint[2] = 1),
    ],
    ['a stride of zero', CONV, /has strideH 0, and it has to be 1 or more/, (g) => (g.ops[0]!.options['strideH'] = 0)],
    [
      'a huge dilation',
      CONV,
      /a window over 2001 × 200001, and 65535/,
      (g) => Object.assign(g.ops[0]!.options, { dilationH: 1000, dilationW: 100000 }),
    ],
    [
      'a window that does not fit',
      CONV,
      /window over 21 × 3 does not fit its input of 7 × 6/,
      (g) => {
        Object.assign(g.ops[0]!.options, { dilationH: 10, padding: 'VALID' });
      },
    ],
    [
      'groups',
      CONV,
      /has 5 filters for 1 channels on 3, which do not make groups/,
      (g) => {
        g.tensors[1]!.shape = [5, 3, 3, 1];
        g.tensors[1]!.data = new Int8Array(45);
      },
    ],
    [
      'another output shape',
      CONV,
      /output shape \[1,4,3,9\], and it has to be \[1,4,3,5\]/,
      (g) => (g.tensors[3]!.shape[3] = 9),
    ],
    [
      'computed weights',
      CONV,
      /its input is int8 without one scale/,
      (g) => {
        delete g.tensors[1]!.data;
        g.inputs.push(1);
      },
    ],
    [
      'the wrong number of biases',
      CONV,
      /has 4 biases for 5 channels/,
      (g) => {
        Object.assign(g.tensors[2]!, { shape: [4], data: new Int32Array(4), quantization: undefined });
      },
    ],
    ['too many inputs', CONV, /has 4 inputs and 1 outputs, and takes 2 to 3 and 1/, (g) => g.ops[0]!.inputs.push(2)],
    ['no weights', CONV, /lacks its input 1/, (g) => (g.ops[0]!.inputs[1] = -1)],
    ['mixed types', CONV, /its output is int16\[1,4,3,5\], and has to be int8/, (g) => (g.tensors[3]!.dtype = 'int16')],
    [
      'uint8',
      CONV,
      /its input is uint8\[1,7,6,3\], and it takes float32 or int8/,
      (g) => (g.tensors[0]!.dtype = 'uint8'),
    ],
    [
      'accumulators that overflow',
      CONV,
      /channel 2 can overflow a 32-bit accumulator/,
      (g) => (g.tensors[2]!.data![2] = 2 ** 31 - 1),
    ],
    [
      'scales far apart',
      CONV,
      /has to be below 2\^30/,
      (g) => (g.tensors[3]!.quantization.scale = [Math.fround(1e-20)]),
    ],
    [
      'a wrong depth multiplier',
      DEPTHWISE,
      /has weights \[1,3,3,4\], and they have to be \[1,height,width,8\]/,
      (g) => {
        g.ops[0]!.options['depthMultiplier'] = 2;
      },
    ],
    [
      'a wrong depth',
      DENSE,
      /has weights for rows of 20 values on an input of \[1,21\]/,
      (g) => (g.tensors[0]!.shape = [1, 21]),
    ],
    [
      'a bias scale that TFLite Micro refuses',
      DENSE,
      /has a bias scale of 1, and/,
      (g) => (g.tensors[2]!.quantization.scale = [1]),
    ],
    [
      'a pool that changes the scale',
      POOL,
      /has scale 0.05 zero point -20 in and scale 0.06/,
      (g) => {
        g.tensors[1]!.quantization.scale = [Math.fround(0.06)];
      },
    ],
    [
      'a pool over more than memory',
      POOL,
      /values under its window/,
      (g) => Object.assign(g.ops[0]!.options, { filterH: 60000, filterW: 60000 }),
    ],
    [
      'another output scale of SOFTMAX',
      SOFTMAX,
      /they have to be 1\/256 and -128/,
      (g) => (g.tensors[1]!.quantization.zeroPoint = [0]),
    ],
    ['a beta of zero', SOFTMAX, /has beta × input scale = 0,/, (g) => (g.ops[0]!.options['beta'] = 0)],
    ['two free dimensions', RESHAPE, /has the shape \[-1,-1,4\]/, (g) => (g.ops[0]!.options['newShape'] = [-1, -1, 4])],
    [
      'a reshape to more values than there are',
      RESHAPE,
      /has the shape \[2,3,5\] for 24 values/,
      (g) => {
        g.ops[0]!.options['newShape'] = [2, 3, 5];
        g.tensors[1]!.shape = [2, 3, 5];
      },
    ],
    [
      'a reshape that does not divide',
      RESHAPE,
      /has the shape \[5,-1\] for 24 values/,
      (g) => (g.ops[0]!.options['newShape'] = [5, -1]),
    ],
  ])('refuses %s', (_what, [op, name], message, change) => {
    expect(refusal(op, name, change)).toMatch(message);
  });

  it('refuses work without end', () => {
    const graph = copyOf(...POOL);
    const shape = [1, 2000, 2000, 1];
    for (const tensor of graph.tensors) tensor.shape = shape;
    Object.assign(graph.ops[0]!.options, { filterH: 500, filterW: 500 });
    expect(() => verify(graph)).toThrow(/one inference takes 1000000000000 multiply-accumulates/);
  });
});

describe('interpreters', () => {
  it('tell a graph of the other type', () => {
    expect(() => createFloatInterpreter(copyOf(...DENSE))).toThrow(
      /its input is int8\[1,20\], and float32 is expected/,
    );
  });

  it('refuse several inputs', () => {
    const graph = copyOf(...RESHAPE);
    const second = graph.tensors.push({ name: 'second', shape: [1], dtype: 'int8' }) - 1;
    graph.inputs = [...graph.inputs, second];
    expect(() => createInterpreter(graph)).toThrow(/has 2 inputs, and one is expected/);
  });

  it('refuse arrays of another size', () => {
    const interpreter = createInterpreter(copyOf(...DENSE));
    expect(() => interpreter.invoke(new Int8Array(19), new Int8Array(7))).toThrow(RangeError);
  });
});

describe('inspect', () => {
  it('counts what each layer costs', () => {
    const { ops, totals } = inspect(copyOf('ds_cnn', 'all_ops'));
    expect(ops.map(({ opcode, macs, parameters }) => [opcode, macs, parameters])).toEqual([
      ['CONV_2D', 6 * 3 * 6 * 12, 6 * 12 + 6],
      ['DEPTHWISE_CONV_2D', 6 * 3 * 6 * 9, 6 * 9 + 6],
      ['CONV_2D', 6 * 3 * 6 * 6, 6 * 6 + 6],
      ['AVERAGE_POOL_2D', 6 * 6 * 3, 0],
      ['RESHAPE', 0, 2],
      ['FULLY_CONNECTED', 4 * 6, 4 * 6 + 4],
      ['SOFTMAX', 0, 0],
    ]);
    expect(ops[1]!.liveBytes).toBe(6 * 3 * 6 + 32);
    expect(totals.arenaBytes).toBe(148);
    expect(totals.constantBytes).toBe(72 + 24 + 54 + 24 + 36 + 24 + 8 + 24 + 16);
  });

  it('is plain data', () => {
    const inspection = inspect(copyOf('ds_cnn', 'all_ops'));
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });
});

describe('print', () => {
  it('shows a graph line by line', () => {
    expect(print(copyOf(...RESHAPE))).toBe(
      [
        'reshape: 1 ops, 2 tensors',
        'input   %0 "activation_0" int8[1,24] scale 0.05 zero point 4',
        '%1 "activation_1" int8[2,3,4] scale 0.05 zero point 4 = RESHAPE(%0 "activation_0" int8[1,24] scale 0.05 zero point 4) {newShape=2,3,4}',
        'output  %1 "activation_1" int8[2,3,4] scale 0.05 zero point 4',
        '',
      ].join('\n'),
    );
  });
});
