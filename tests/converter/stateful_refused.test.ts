// What SVDF and the LSTM refuse: no state, constant or scale may lead their sums astray, or mean what TFLite Micro does not do.
import { describe, expect, it } from 'vitest';
import type { Graph, Quantization, Tensor } from '../../converter/graph/graph.js';
import { verify } from '../../converter/ops/verify.js';
import { KERNEL_CASES } from '../kernels/cases.js';

/** A graph of one op, opened for changes that its type forbids. */
interface Open extends Omit<Graph, 'ops' | 'inputs' | 'outputs'> {
  ops: [{ inputs: number[]; outputs: number[]; intermediates: number[]; options: Record<string, unknown> }];
  inputs: number[];
  outputs: number[];
}

type Change = (graph: Open) => void;

/** Changes the tensor that the op reads at `position`. */
const input =
  (position: number, by: Partial<Tensor>): Change =>
  ({ tensors, ops: [op] }) => {
    const index = op.inputs[position]!;
    tensors[index] = { ...tensors[index]!, ...by };
  };

const grid = (scale: number, zeroPoint = 0): { quantization: Quantization } => ({
  quantization: { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 },
});

/** Another tensor at a position: −1 for none. */
const link =
  (position: number, index: number): Change =>
  ({ ops: [op] }) => {
    op.inputs[position] = index;
  };

const option =
  (name: string, value: unknown): Change =>
  ({ ops: [op] }) => {
    op.options[name] = value;
  };

const output =
  (by: Partial<Tensor>): Change =>
  ({ tensors, ops: [op] }) => {
    tensors[op.outputs[0]!] = { ...tensors[op.outputs[0]!]!, ...by };
  };

const dropLast: Change = ({ ops: [op] }) => {
  op.inputs.pop();
};

/** By op: what is said of the case `usual`, once it is changed. */
const REFUSED: Record<string, [message: RegExp, change: Change, name?: string][]> = {
  svdf: [
    [/has 4 inputs, and takes 5/, dropLast],
    [/has the activation RELU6/, option('activation', 'RELU6')],
    [/has RELU and an output with zero point -7, and it has to be -128/, option('activation', 'RELU')],
    [/has rank 0, and it has to be 1 or more/, option('rank', 0)],
    [/has 4 filters in units of 3/, option('rank', 3)],
    [/its input is int8\[10\], and has to have 2 dimensions/, input(0, { shape: [10] })],
    [/its feature weights are int8\[4,10\], and have to be int8\[4,11\]/, input(0, { shape: [1, 11] })],
    [/its matrix of feature weights is int8\[40\], and has to have 2 dimensions/, input(1, { shape: [40] })],
    [/its feature weights have to have one scale and the zero point 0/, input(1, grid(0.01, 1))],
    [
      /its feature weights have to have one scale/,
      input(1, { quantization: { scale: [1, 1, 1, 1], zeroPoint: [0, 0, 0, 0], axis: 0 } }),
    ],
    [/its state is int16\[1,32\], and has to be int16\[1,16\]/, input(2, { shape: [4, 4], data: new Int16Array(16) })],
    [/its input 3 has to be its biases, a constant/, link(3, -1)],
    [/its biases are int32\[2,2\], and have to be int32\[4\]/, input(3, { shape: [2, 2] })],
    [/has a bias scale of 0.5, and it has to be state scale × time scale/, input(3, grid(0.5))],
    [/its input 4 has to be its state, a state/, link(4, -1)],
    [/its input 4 has to be its state, a state/, link(4, 3)],
    [/its state is int16\[32\], and has to be int16\[1,32\]/, input(4, { shape: [32] })],
    [/its state is int8\[1,32\], and has to be int16/, input(4, { dtype: 'int8' })],
    [/its state is int16 without one scale and one zero point/, input(4, { quantization: undefined })],
    [/its state has zero point 3, and it has to be in 0 … 0/, input(4, grid(0.002, 3))],
    [/its state has zero point 128, and it has to be in -128 … 127/, input(4, grid(0.06, 128)), 'narrow'],
    [/the multiplier .*, and it has to be below 2\^30/, input(4, grid(1e-13))],
    [/row 0 of its feature weights can overflow a 32-bit accumulator/, input(4, grid(1e-11))],
    [/has state scale × time scale \/ output scale = .*, and it has to be below 2\^30/, output(grid(1e-17))],
    [/is state of int64/, input(4, { dtype: 'int64' })],
    [/is state of int16\[1,32\] with values/, input(4, { data: new Int16Array(32) })],
    [/its output tensor 4 is a constant or state/, (graph) => (graph.outputs = [4])],
    [/writes tensor .*, which has its value already/, (graph) => (graph.inputs = [0, 4])],
  ],
  unidirectional_sequence_lstm: [
    [/has 23 inputs, and takes 24/, dropLast],
    [/has peephole weights, which TFLite Micro's LSTM lacks/, link(10, 1)],
    [/has a projection, which TFLite Micro's LSTM lacks/, link(16, 1)],
    [/has a layer normalization, which TFLite Micro's LSTM lacks/, link(23, 9)],
    [/lacks its input 1/, link(1, -1)],
    [/its input 12 has to be its input gate's biases, a constant/, link(12, -1)],
    [/has a cell clip of -1/, option('cellClip', -1)],
    [/has a cell clip of NaN/, option('cellClip', NaN)],
    [/its input is int8\[4,5\], and has to have 3 dimensions/, input(0, { shape: [4, 5] })],
    [/its forget gate's weights are int8\[5,6\], and have to be int8\[6,5\]/, input(2, { shape: [5, 6] })],
    [/its output gate's recurrent weights are int8\[4,9\], and have to be int8\[6,6\]/, input(8, { shape: [4, 9] })],
    [/its cell gate's recurrent weights have to have one scale/, input(7, grid(0.01, -1))],
    [/its cell gate's biases are int32\[6,1\], and have to be int32\[6\]/, input(14, { shape: [6, 1] })],
    [/its input 18 has to be its hidden state, a state/, link(18, -1)],
    [/its input 19 has to be its cell state, a state/, link(19, 9)],
    [/its hidden state is int8\[6\], and has to be int8\[1,6\]/, input(18, { shape: [6] })],
    [/its cell state is int8\[1,6\], and has to be int16\[1,6\]/, input(19, { dtype: 'int8' })],
    [/its cell state has zero point 1/, input(19, grid(2 ** -12, 1))],
    [/its cell state has the scale 0.000[0-9]+, and it has to be a power of two/, input(19, grid(0.0002))],
    [/it has to be a power of two in 2\^-29 … 2\^2/, input(19, grid(8))],
    [/it has to be a power of two in 2\^-29 … 2\^2/, input(19, grid(2 ** -30))],
    [/its output and its hidden state differ in scale or zero point/, output(grid(1 / 128, 1))],
    [
      /its output has the scale .*, and it has to be 2\^-29 or more/,
      (graph) => [output(grid(1e-10)), input(18, grid(1e-10))].forEach((change) => change(graph)),
    ],
    [/its input gate's weights have the multiplier .*, and it has to be below 2\^30/, input(0, grid(1e10))],
    [/row 0 of its input gate's weights can overflow a 32-bit accumulator/, input(0, grid(3e4))],
    [/row 0 of its forget gate's recurrent weights can overflow a 32-bit accumulator/, input(6, grid(1e5))],
    [/can overflow a 32-bit accumulator/, input(12, { data: new Int32Array(6).fill(2 ** 31 - 1) })],
    [/has an intermediate .* with values/, ({ ops: [op] }) => op.intermediates.push(1)],
    [/uses tensor 99/, ({ ops: [op] }) => op.intermediates.push(99)],
    [/has the shape \[0\]/, ({ ops: [op] }) => op.intermediates.pop()],
    [/its hidden state is int8\[1,6\], and has to be int8\[4,6\]/, option('timeMajor', true)],
  ],
};

describe.each(Object.entries(REFUSED))('%s', (op, refusals) => {
  it.each(refusals)('refuses what %s', (message, change, name = 'usual') => {
    const graph = structuredClone(KERNEL_CASES[op]![name]!);
    verify(graph);
    change(graph as unknown as Open);
    expect(() => verify(graph)).toThrow(message);
  });
});
