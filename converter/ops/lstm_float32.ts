// The LSTM in float32: what is trained, and what calibration watches.
import type { Graph, Op } from '../graph/graph.js';
import { everyStep, GATES, LSTM, lstmSizes, type Gate, type LstmSizes, type LstmStep } from './lstm_inputs.js';
import type { Kernel, Observe, Values } from './op.js';

type Pre = (unit: number, inputAt: number, stateAt: number) => number;

export function lstmFloat32(
  op: Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>,
  graph: Graph,
  values: Values,
  observe?: Observe,
): Kernel {
  const sizes = lstmSizes(op, graph);
  return everyStep(sizes, stepOf(op, values, sizes), () => observe?.(op.inputs[LSTM.cell]!));
}

function stepOf(op: Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>, values: Values, { depth, units }: LstmSizes): LstmStep {
  const valuesAt = (position: number) => values[op.inputs[position]!] as Float32Array;
  const [hidden, cell, output] = [valuesAt(LSTM.hidden), valuesAt(LSTM.cell), values[op.outputs[0]!] as Float32Array];
  const gates = Object.fromEntries(GATES.map((gate, i) => [gate, sumOf(i, valuesAt, depth, units)])) as Record<
    Gate,
    Pre
  >;
  const clip = op.options.cellClip > 0 ? Math.fround(op.options.cellClip) : Infinity;
  return (inputAt, stateAt, outputAt) => {
    for (let unit = 0; unit < units; unit++) {
      const at = stateAt + unit;
      const kept = sigmoid(gates.forget(unit, inputAt, stateAt)) * cell[at]!;
      const added = sigmoid(gates.input(unit, inputAt, stateAt)) * Math.tanh(gates.cell(unit, inputAt, stateAt));
      cell[at] = Math.max(-clip, Math.min(clip, kept + added));
      output[outputAt + unit] = sigmoid(gates.output(unit, inputAt, stateAt)) * Math.tanh(cell[at]!);
    }
    for (let unit = 0; unit < units; unit++) hidden[stateAt + unit] = output[outputAt + unit]!;
  };
}

/** A gate's argument: bias, weights × input and recurrent weights × hidden state. */
function sumOf(gate: number, valuesAt: (position: number) => Float32Array, depth: number, units: number): Pre {
  const [input, hidden, bias] = [valuesAt(LSTM.input), valuesAt(LSTM.hidden), valuesAt(LSTM.biases + gate)];
  const [weights, recurrent] = [valuesAt(LSTM.inputWeights + gate), valuesAt(LSTM.recurrentWeights + gate)];
  return (unit, inputAt, stateAt) => {
    let sum = bias[unit]!;
    for (let k = 0; k < depth; k++) sum += weights[unit * depth + k]! * input[inputAt + k]!;
    for (let k = 0; k < units; k++) sum += recurrent[unit * units + k]! * hidden[stateAt + k]!;
    return sum;
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
