// The LSTM's arithmetic in int8: 16-bit gates and cell state, 8-bit input and hidden state.
// Source: tensorflow/lite/micro/kernels/lstm_eval.{h,cc} (Apache-2.0).
import type { Graph, Op } from '../graph/graph.js';
import { sigmoidInt16, tanhInt16 } from '../quantization/fixed_point_int16.js';
import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../quantization/multiplier.js';
import { everyStep, LSTM, lstmSizes, type LstmStep } from './lstm_inputs.js';
import { lstmIntegers, type GateIntegers, type LstmIntegers } from './lstm_integers.js';
import { dot } from './matrix.js';
import type { Kernel, Values } from './op.js';

/** The gates' sums are in Q3.12. */
const GATE_EXPONENT = -12;

export function lstmInt8(op: Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>, graph: Graph, values: Values): Kernel {
  const sizes = lstmSizes(op, graph);
  const step = stepOf(lstmIntegers(op, graph), {
    input: values[op.inputs[LSTM.input]!] as Int8Array,
    hidden: values[op.inputs[LSTM.hidden]!] as Int8Array,
    cell: values[op.inputs[LSTM.cell]!] as Int16Array,
    output: values[op.outputs[0]!] as Int8Array,
    units: sizes.units,
  });
  return everyStep(sizes, step);
}

interface Memory {
  input: Int8Array;
  hidden: Int8Array;
  cell: Int16Array;
  output: Int8Array;
  units: number;
}

function stepOf(integers: LstmIntegers, memory: Memory): LstmStep {
  const { gates, keep, add, show, hiddenZeroPoint, cellExponent, cellMin, cellMax } = integers;
  const { input, hidden, cell, output, units } = memory;
  const sum = ({ input: x, recurrent: h, bias }: GateIntegers, unit: number, inputAt: number, stateAt: number) => {
    const fromInput = toInt16(dot(x, unit, input, inputAt) + bias[unit]!, x.rescale);
    return saturated(fromInput + toInt16(dot(h, unit, hidden, stateAt), h.rescale));
  };
  return (inputAt, stateAt, outputAt) => {
    for (let unit = 0; unit < units; unit++) {
      const at = stateAt + unit;
      const forget = sigmoidInt16(sum(gates.forget, unit, inputAt, stateAt));
      const entering = sigmoidInt16(sum(gates.input, unit, inputAt, stateAt));
      const candidate = tanhInt16(sum(gates.cell, unit, inputAt, stateAt), GATE_EXPONENT);
      const next = saturated(toInt16(forget * cell[at]!, keep) + toInt16(entering * candidate, add));
      cell[at] = Math.max(cellMin, Math.min(cellMax, next));
      const shown = sigmoidInt16(sum(gates.output, unit, inputAt, stateAt)) * tanhInt16(cell[at]!, cellExponent);
      const scaled = multiplyByQuantizedMultiplier(shown, show.multiplier, show.shift) + hiddenZeroPoint;
      output[outputAt + unit] = Math.max(-128, Math.min(127, scaled));
    }
    // All units have read the hidden state by now.
    for (let unit = 0; unit < units; unit++) hidden[stateAt + unit] = output[outputAt + unit]!;
  };
}

function toInt16(x: number, { multiplier, shift }: QuantizedMultiplier): number {
  return saturated(multiplyByQuantizedMultiplier(x, multiplier, shift));
}

function saturated(x: number): number {
  return Math.max(-32768, Math.min(32767, x));
}
