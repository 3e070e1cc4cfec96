// The integers that UNIDIRECTIONAL_SEQUENCE_LSTM computes with in int8, and what they have to hold.
// Source: tensorflow/lite/micro/kernels/lstm_eval_common.cc (Apache-2.0).
import type { Graph, Op, Quantization } from '../graph/graph.js';
import { quantizeMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import type { LayerCheck } from './layer_check.js';
import { GATES, LSTM, type Gate } from './lstm_inputs.js';
import { checkSums, productOf, type Product } from './matrix.js';

/** The gates' sums are in Q3.12, what their sigmoid and tanh give is in Q0.15. */
const GATE_INPUT_SCALE = 2 ** -12;
const GATE_OUTPUT_SCALE = 2 ** -15;
/** Powers of two that the cell state's scale may be: the multipliers and the tanh stay inside 32 bits. */
const LEAST_CELL_EXPONENT = -29;
const LARGEST_CELL_EXPONENT = 2;
/** No product of two gates has to be shifted to the left. */
const LEAST_HIDDEN_SCALE = 2 ** -29;

type LstmOp = Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>;

export interface GateIntegers {
  input: Product;
  recurrent: Product;
  bias: Int32Array;
}

export interface LstmIntegers {
  gates: Record<Gate, GateIntegers>;
  /** Forget gate × cell state to the cell state. */
  keep: QuantizedMultiplier;
  /** Input gate × cell gate to the cell state. */
  add: QuantizedMultiplier;
  /** Output gate × tanh of the cell state to the hidden state. */
  show: QuantizedMultiplier;
  hiddenZeroPoint: number;
  /** The cell state's scale is 2 to this power. */
  cellExponent: number;
  /** Bounds of the cell state. */
  cellMin: number;
  cellMax: number;
}

export function lstmIntegers(op: LstmOp, graph: Graph): LstmIntegers {
  const hidden = quantizationOf(op, graph, LSTM.hidden);
  const [cellScale] = quantizationOf(op, graph, LSTM.cell).scale as [number];
  const clip = Math.trunc(Math.min(Math.fround(op.options.cellClip) / cellScale, 32767));
  const gates = GATES.map((gate, i) => [gate, gateIntegers(op, graph, i)] as const);
  return {
    gates: Object.fromEntries(gates) as Record<Gate, GateIntegers>,
    keep: quantizeMultiplier(GATE_OUTPUT_SCALE),
    add: quantizeMultiplier(GATE_OUTPUT_SCALE ** 2 / cellScale),
    show: quantizeMultiplier(GATE_OUTPUT_SCALE ** 2 / hidden.scale[0]!),
    hiddenZeroPoint: hidden.zeroPoint[0]!,
    cellExponent: Math.log2(cellScale),
    ...(op.options.cellClip > 0 ? { cellMin: 0 - clip, cellMax: clip } : { cellMin: -32768, cellMax: 32767 }),
  };
}

function gateIntegers(op: LstmOp, graph: Graph, gate: number): GateIntegers {
  const tensorAt = (position: number) => graph.tensors[op.inputs[position]!]!;
  const product = (weights: number, vector: number) => {
    const grid = quantizationOf(op, graph, vector);
    return productOf(tensorAt(weights), grid, realMultiplier(op, graph, weights, vector));
  };
  return {
    input: product(LSTM.inputWeights + gate, LSTM.input),
    recurrent: product(LSTM.recurrentWeights + gate, LSTM.hidden),
    bias: tensorAt(LSTM.biases + gate).data as Int32Array,
  };
}

function realMultiplier(op: LstmOp, graph: Graph, weights: number, vector: number): number {
  const [a, b] = [quantizationOf(op, graph, vector).scale[0]!, quantizationOf(op, graph, weights).scale[0]!];
  return (a * b) / GATE_INPUT_SCALE;
}

function quantizationOf(op: LstmOp, graph: Graph, position: number): Quantization {
  return graph.tensors[op.inputs[position]!]!.quantization!;
}

/** Checks the sums of the gates, and the scales of state and output. */
export function checkLstmInt8(check: LayerCheck, op: LstmOp, graph: Graph): void {
  checkStateScales(check, op, graph);
  const { gates } = lstmIntegers(op, graph);
  GATES.forEach((gate, i) => {
    const { input, recurrent, bias } = gates[gate];
    const real = (weights: number, vector: number) => realMultiplier(op, graph, weights + i, vector);
    checkSums(check, `${gate} gate's weights`, input, real(LSTM.inputWeights, LSTM.input), bias);
    checkSums(check, `${gate} gate's recurrent weights`, recurrent, real(LSTM.recurrentWeights, LSTM.hidden));
  });
}

/** TFLite Micro takes any cell scale for the power of two next to it, and the output for the hidden state. */
function checkStateScales(check: LayerCheck, op: LstmOp, graph: Graph): void {
  const [cellScale] = quantizationOf(op, graph, LSTM.cell).scale as [number];
  const exponent = Math.log2(cellScale);
  check.expect(
    Number.isInteger(exponent) && exponent >= LEAST_CELL_EXPONENT && exponent <= LARGEST_CELL_EXPONENT,
    () => `its cell state has the scale ${cellScale}, and it has to be a power of two in 2^-29 … 2^2`,
  );
  const hidden = quantizationOf(op, graph, LSTM.hidden);
  const output = check.output.quantization!;
  check.expect(
    hidden.scale[0] === output.scale[0] && hidden.zeroPoint[0] === output.zeroPoint[0],
    () => 'its output and its hidden state differ in scale or zero point, and hold the same values',
  );
  check.expect(
    hidden.scale[0]! >= LEAST_HIDDEN_SCALE,
    () => `its output has the scale ${hidden.scale[0]}, and it has to be 2^-29 or more`,
  );
}
