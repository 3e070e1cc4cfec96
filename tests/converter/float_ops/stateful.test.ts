// SVDF and the LSTM in float32: by values that can be worked out by hand, and near what TFLite Micro gives in int8.
import { describe, expect, it } from 'vitest';
import type { Graph, Tensor } from '../../../converter/graph/graph.js';
import { createFloatInterpreter, GraphInterpreter } from '../../../converter/interpreter.js';
import { GATES, lstmInputs } from '../../../converter/ops/lstm_inputs.js';
import { KERNEL_CASES } from '../../kernels/cases.js';
import { readVectors } from '../../kernels/vectors.js';

/** A graph of one op on tensors that are written down: a list of values is a constant. */
function graphOf(
  tensors: [shape: number[], values?: number[] | 'state'][],
  op: Omit<Graph['ops'][number], 'name'>,
): Graph {
  return {
    name: 'by hand',
    tensors: tensors.map(([shape, values], i): Tensor => ({
      ...{ name: `tensor_${i}`, shape, dtype: 'float32' },
      ...(values === 'state' ? { isVariable: true } : values && { data: Float32Array.from(values) }),
    })),
    ops: [{ ...op, name: 'layer' } as Graph['ops'][number]],
    inputs: [0],
    outputs: op.outputs,
    metadata: new Map(),
  };
}

function run(graph: Graph, inputs: number[][]): number[][] {
  const interpreter = createFloatInterpreter(graph);
  return inputs.map((values) => {
    const output = new Float32Array(interpreter.outputSize);
    interpreter.invoke(Float32Array.from(values), output);
    return [...output];
  });
}

describe('SVDF', () => {
  const svdf = (activation: 'NONE' | 'RELU', bias?: number[]) =>
    graphOf(
      [
        [[1, 2]],
        [
          [2, 2],
          [1, 0, 0, -1],
        ],
        [
          [2, 3],
          [1, 10, 100, 2, 20, 200],
        ],
        [[1], bias ?? [0]],
        [[1, 6], 'state'],
        [[1, 1]],
      ],
      { opcode: 'SVDF', inputs: [0, 1, 2, bias ? 3 : -1, 4], outputs: [5], options: { rank: 2, activation } },
    );

  it('weighs what it remembers by its age, the newest last', () => {
    const found = run(svdf('NONE'), [
      [1, 0],
      [2, 0],
      [3, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(found).toEqual([[100], [210], [321], [32], [3 - 200]]);
  });

  it('adds its bias, and clamps what comes out', () => {
    expect(
      run(svdf('NONE', [7]), [
        [0, 1],
        [0, 0],
      ]),
    ).toEqual([[-193], [-13]]);
    expect(
      run(svdf('RELU', [7]), [
        [0, 1],
        [1, 0],
      ]),
    ).toEqual([[0], [87]]);
  });
});

describe('UNIDIRECTIONAL_SEQUENCE_LSTM', () => {
  /** One unit, whose gates are 1/2 and whose candidate is 0.8 as long as nothing comes in. */
  const lstm = (cellClip: number, recurrent: number) => {
    const zero: [number[], number[]] = [[1, 1], [0]];
    const candidate = Math.log(3);
    return graphOf(
      [
        [[1, 2, 1]],
        ...GATES.map(() => zero),
        ...GATES.map((gate): [number[], number[]] => (gate === 'cell' ? [[1, 1], [recurrent]] : zero)),
        ...GATES.map((gate): [number[], number[]] => [[1], [gate === 'cell' ? candidate : 0]]),
        [[1, 1], 'state'],
        [[1, 1], 'state'],
        [[1, 2, 1]],
      ],
      {
        opcode: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
        inputs: lstmInputs({
          ...{ input: 0, hidden: 13, cell: 14 },
          ...{ inputWeights: [1, 2, 3, 4], recurrentWeights: [5, 6, 7, 8], biases: [9, 10, 11, 12] },
        }),
        outputs: [15],
        options: { cellClip, projClip: 0, timeMajor: false },
      },
    );
  };
  const shown = (...cells: number[]) => cells.map((cell) => Math.tanh(cell) / 2);
  const expectClose = (found: number[][], expected: number[][]) =>
    expected.flat().forEach((value, i) => expect(found.flat()[i]).toBeCloseTo(value, 6));

  it('keeps half of its cell and adds half of the candidate, over steps and inferences', () => {
    expectClose(
      run(lstm(0, 0), [
        [0, 0],
        [0, 0],
      ]),
      [shown(0.4, 0.6), shown(0.7, 0.75)],
    );
  });

  it('clips its cell', () => {
    expectClose(
      run(lstm(0.5, 0), [
        [0, 0],
        [0, 0],
      ]),
      [shown(0.4, 0.5), shown(0.5, 0.5)],
    );
  });

  it('feeds back what it put out', () => {
    const [first] = shown(0.4) as [number];
    const second = 0.2 + Math.tanh(Math.log(3) + 3 * first) / 2;
    expectClose(run(lstm(0, 3), [[0, 0]]), [[first, ...shown(second)]]);
  });

  it('tells of its cell after every step', () => {
    const seen: number[] = [];
    const interpreter: GraphInterpreter = new GraphInterpreter(lstm(0, 0), (tensor) => {
      expect(tensor).toBe(14);
      seen.push(Math.round((interpreter.value(tensor)[0] as number) * 1e6) / 1e6);
    });
    interpreter.invoke();
    expect(seen).toEqual([0.4, 0.6]);
  });
});

/** The graph that an int8 graph stands for. */
function dequantized(graph: Graph): Graph {
  const tensors = graph.tensors.map(({ quantization, data, ...tensor }): Tensor => {
    const { scale, zeroPoint } = quantization ?? { scale: [1], zeroPoint: [0] };
    const real = data && Float32Array.from(data as Int8Array, (q) => (q - zeroPoint[0]!) * scale[0]!);
    return { ...tensor, dtype: 'float32', ...(real && { data: real }) };
  });
  return { ...graph, tensors };
}

const NEAR: Record<string, string[]> = {
  svdf: ['usual', 'rank_2', 'rank_4_of_one_unit', 'no_memory', 'long_memory_relu', 'two_batches_relu'],
  unidirectional_sequence_lstm: [
    ...['usual', 'one_step', 'long_sequence', 'wide_input', 'two_batches', 'time_major', 'time_major_three_batches'],
    ...['mixed_zero_points', 'gates_that_hardly_move', 'coarse_output'],
  ],
};

describe.each(Object.entries(NEAR))('%s against int8', (op, names) => {
  it.each(names)('%s errs by less than half a step on average', (name) => {
    const graph = KERNEL_CASES[op]![name]!;
    const { inputs, outputs } = readVectors(op)[name]!;
    const [input, output] = [graph.inputs, graph.outputs].map(([i]) => graph.tensors[i!]!.quantization!);
    const real = inputs.map((bytes) => Array.from(bytes, (q) => (q - input!.zeroPoint[0]!) * input!.scale[0]!));
    let [squares, count] = [0, 0];
    run(dequantized(graph), real).forEach((values, i) =>
      values.forEach((value, k) => {
        const q = Math.max(-128, Math.min(127, value / output!.scale[0]! + output!.zeroPoint[0]!));
        squares += (q - outputs[i]![k]!) ** 2;
        count++;
      }),
    );
    expect(Math.sqrt(squares / count)).toBeLessThan(0.5);
  });
});
