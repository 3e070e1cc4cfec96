// Float LSTM and SVDF → int8: close to float over many inferences, and in TFLite Micro to the byte what we compute.
import { describe, expect, it } from 'vitest';
import { convert } from '../../converter/convert.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createFloatInterpreter, createInterpreter } from '../../converter/interpreter.js';
import { LSTM } from '../../converter/ops/lstm_inputs.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { runBatch } from '../kernels/batch.js';
import { hasTflm, runTflm } from '../runtimes/tflm.js';
import { floatLstm, floatSvdf, normalInputs } from './stateful_graphs.js';

const GRAPHS: [name: string, graph: Graph, decibels: number][] = [
  ['LSTM', floatLstm(1, { steps: 10, depth: 8, units: 12 }), 33],
  ['LSTM, time-major, three batches', floatLstm(2, { steps: 6, depth: 5, units: 7, batches: 3, timeMajor: true }), 33],
  ['LSTM with a clip below what a step adds', floatLstm(3, { steps: 8, depth: 6, units: 6, cellClip: 0.5 }), 33],
  ['SVDF', floatSvdf(1, { depth: 20, units: 8, rank: 1, memory: 10 }), 36],
  ['SVDF of rank 2 without a bias', floatSvdf(2, { depth: 40, units: 8, rank: 2, memory: 8, bias: false }), 35],
  ['SVDF with RELU', floatSvdf(3, { depth: 16, units: 16, rank: 4, memory: 20, activation: 'RELU' }), 35],
];

interface Compared {
  int8: Graph;
  inputs: Int8Array[];
  outputs: Int8Array[];
  /** Signal over error at the output, in dB. */
  sqnr: number;
}

/** Runs both, state and all, on inputs that the conversion saw. */
function compared(float: Graph): Compared {
  const calibration = normalInputs(float, 200);
  const int8 = convert(float, { calibration });
  const [reference, quantized] = [createFloatInterpreter(float), createInterpreter(int8)];
  const [{ scale, zeroPoint }, out] = [int8.inputs, int8.outputs].map(([i]) => int8.tensors[i!]!.quantization!) as [
    Grid,
    Grid,
  ];
  let [signal, noise] = [0, 0];
  const [inputs, outputs]: [Int8Array[], Int8Array[]] = [[], []];
  for (const values of calibration.slice(0, 20)) {
    const input = Int8Array.from(values, (x) =>
      Math.max(-128, Math.min(127, Math.round(x / scale[0]!) + zeroPoint[0]!)),
    );
    const [real, output] = [new Float32Array(reference.outputSize), new Int8Array(quantized.outputSize)];
    reference.invoke(values, real);
    quantized.invoke(input, output);
    real.forEach((value, i) => {
      signal += value ** 2;
      noise += (value - (output[i]! - out.zeroPoint[0]!) * out.scale[0]!) ** 2;
    });
    inputs.push(input);
    outputs.push(output);
  }
  return { int8, inputs, outputs, sqnr: 10 * Math.log10(signal / noise) };
}

type Grid = NonNullable<Graph['tensors'][number]['quantization']>;

describe.each(GRAPHS)('%s', (_name, float, decibels) => {
  const { int8, inputs, outputs, sqnr } = compared(float);

  it('is close to float', () => {
    expect(sqnr).toBeGreaterThan(decibels);
  });

  it('comes back from its file', () => {
    const graph = readTflite(writeTflite(int8), 'again');
    expect(graph.tensors).toEqual(int8.tensors);
    expect(graph.ops.map(({ inputs, intermediates }) => ({ inputs, intermediates }))).toEqual(
      int8.ops.map(({ inputs, intermediates }) => ({ inputs, intermediates })),
    );
  });

  it('compiled, gives what the interpreter gives', () => {
    expect(runBatch([{ graph: int8, inputs }], ['-std=c99', '-O1'])).toEqual([outputs]);
  });

  it.skipIf(!hasTflm)('in TFLite Micro, gives what the interpreter gives', () => {
    expect(runTflm([{ tflite: writeTflite(int8), inputs }])).toEqual([outputs]);
  });
});

describe('scales', () => {
  const float = floatLstm(4, { steps: 20, depth: 3, units: 4 });
  const { tensors, ops, outputs } = convert(float, { calibration: normalInputs(float, 30) });
  const [op] = ops;

  it('gives the hidden state that of the output', () => {
    expect(tensors[op!.inputs[LSTM.hidden]!]!.quantization).toEqual(tensors[outputs[0]!]!.quantization);
  });

  it('holds every value of the cell state by a power of two, also those inside the sequence', () => {
    const largest = largestCell(float);
    const { dtype, quantization } = tensors[op!.inputs[LSTM.cell]!]!;
    expect(dtype).toBe('int16');
    const held = quantization!.scale[0]! * 2 ** 15;
    expect(Number.isInteger(Math.log2(held))).toBe(true);
    expect(held).toBeGreaterThanOrEqual(largest);
    expect(held).toBeLessThan(2 * largest);
  });

  it('leaves the sums of an SVDF unit room in 32 bits', () => {
    const svdf = floatSvdf(5, { depth: 4, units: 3, rank: 2, memory: 30 });
    const int8 = convert(svdf, { calibration: normalInputs(svdf, 30) });
    const [time, bias] = [2, 3].map((position) => [...int8.tensors[int8.ops[0]!.inputs[position]!]!.data!].map(Number));
    bias!.forEach((b, unit) => {
      const sum = time!.slice(unit * 60, (unit + 1) * 60).reduce((total, weight) => total + Math.abs(weight), 0);
      expect(sum * 2 ** 15 + Math.abs(b)).toBeLessThan(2 ** 31);
      expect(sum).toBeGreaterThan(2 ** 12);
    });
  });

  it('takes a range of nothing but zeros', () => {
    const zeros = [new Float32Array(60)];
    const dead = convert({ ...float, tensors: float.tensors.map(withoutValues) }, { calibration: zeros });
    expect(tensorOf(dead, LSTM.cell).quantization!.scale).toEqual([2 ** -15]);
    const svdf = floatSvdf(6, { depth: 4, units: 3, rank: 1, memory: 2 });
    const still = convert(
      { ...svdf, tensors: svdf.tensors.map(withoutValues) },
      { calibration: [new Float32Array(4)] },
    );
    expect(tensorOf(still, 4).dtype).toBe('int16');
  });
});

function tensorOf({ tensors, ops }: Graph, position: number) {
  return tensors[ops[0]!.inputs[position]!]!;
}

function withoutValues<T extends { data?: unknown }>(tensor: T): T {
  return tensor.data ? { ...tensor, data: (tensor.data as Float32Array).map(() => 0) } : tensor;
}

/** The largest magnitude of the cell state over all steps of all inputs: one step at a time, so that none is missed. */
function largestCell(float: Graph): number {
  const [input, output] = [float.inputs[0]!, float.outputs[0]!];
  const tensors = float.tensors.map((tensor, i) =>
    i === input || i === output ? { ...tensor, shape: [1, 1, tensor.shape[2]!] } : tensor,
  );
  const interpreter = createFloatInterpreter({ ...float, tensors });
  const { inputSize, outputSize } = interpreter;
  let largest = 0;
  for (const values of normalInputs(float, 30)) {
    for (let at = 0; at < values.length; at += inputSize) {
      interpreter.invoke(values.subarray(at, at + inputSize), new Float32Array(outputSize));
      const cell = interpreter.value(float.ops[0]!.inputs[LSTM.cell]!) as Float32Array;
      largest = Math.max(largest, ...cell.map(Math.abs));
    }
  }
  return largest;
}
