// UNIDIRECTIONAL_SEQUENCE_LSTM: a plain LSTM over all steps of a sequence, whose state outlasts the inference.
import type { CArray, CFields, KernelCall } from '../codegen/kernel_call.js';
import type { DType, Graph, Op } from '../graph/graph.js';
import { LayerCheck } from './layer_check.js';
import { lstmFloat32 } from './lstm_float32.js';
import { GATES, LSTM, LSTM_INPUTS, lstmSizes, type Gate } from './lstm_inputs.js';
import { lstmInt8 } from './lstm_int8.js';
import { checkLstmInt8, lstmIntegers, type GateIntegers } from './lstm_integers.js';
import { quantizeLstm } from './lstm_quantize.js';
import { matrixOf } from './matrix.js';
import type { OpDefinition } from './op.js';
import { rowOverlap } from './overlap.js';
import { stateOf } from './state.js';

type LstmOp = Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>;

export const unidirectionalSequenceLstm: OpDefinition<'UNIDIRECTIONAL_SEQUENCE_LSTM'> = {
  opcode: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
  verify,
  outputShapes(op, graph) {
    const [outer, inner] = graph.tensors[op.inputs[LSTM.input]!]!.shape as [number, number];
    return [[outer, inner, lstmSizes(op, graph).units]];
  },
  macs(op, graph) {
    const { batches, steps, depth, units } = lstmSizes(op, graph);
    return batches * steps * GATES.length * units * (depth + units);
  },
  output: 'calibrated',
  constants: {},
  quantizeOp: quantizeLstm,
  float32: lstmFloat32,
  int8: lstmInt8,
  overlaps(op, graph) {
    const { batches, steps, depth, units } = lstmSizes(op, graph);
    // The rows of several batches do not come in order.
    if (batches > 1) return [];
    return [rowOverlap(op.inputs[LSTM.input]!, op.outputs[0]!, { rows: steps, from: depth, to: units })];
  },
  emit: (op, graph) => [kernelCall(op, graph)],
};

/** What TFLite's LSTM may have, and TFLite Micro's may not. */
const ABSENT = [
  { what: 'peephole weights', from: LSTM.peepholes, count: 3 },
  { what: 'a projection', from: LSTM.projection, count: 2 },
  { what: 'a layer normalization', from: LSTM.layerNormalization, count: 4 },
];

function verify(op: LstmOp, graph: Graph): void {
  const check = new LayerCheck(op, graph, { least: LSTM.peepholes, most: LSTM_INPUTS });
  check.expect(op.inputs.length === LSTM_INPUTS, () => `has ${op.inputs.length} inputs, and takes ${LSTM_INPUTS}`);
  for (const { what, from, count } of ABSENT) {
    const present = op.inputs.slice(from, from + count).some((index) => index !== -1);
    check.expect(!present, () => `has ${what}, which TFLite Micro's LSTM lacks`);
  }
  check.expect(op.options.cellClip >= 0, () => `has a cell clip of ${op.options.cellClip}`);
  check.rank(check.input, 'input', 3);
  checkTensors(check, op, graph);
  if (check.form === 'int8') checkLstmInt8(check, op, graph);
}

function checkTensors(check: LayerCheck, op: LstmOp, graph: Graph): void {
  const { batches, depth, units } = lstmSizes(op, graph);
  const int8 = check.form === 'int8';
  const matrix = (position: number, role: string, dtype: DType, shape: number[]) =>
    matrixOf(check, op, graph, position, { role, dtypes: [dtype], shape });
  GATES.forEach((gate, i) => {
    matrix(LSTM.inputWeights + i, `${gate} gate's weights`, check.form, [units, depth]);
    matrix(LSTM.recurrentWeights + i, `${gate} gate's recurrent weights`, check.form, [units, units]);
    matrix(LSTM.biases + i, `${gate} gate's biases`, int8 ? 'int32' : 'float32', [units]);
  });
  const shape = [batches, units];
  stateOf(check, op, graph, LSTM.hidden, { role: 'hidden state', dtype: check.form, shape });
  stateOf(check, op, graph, LSTM.cell, { role: 'cell state', dtype: int8 ? 'int16' : 'float32', shape });
}

function kernelCall(op: LstmOp, graph: Graph): KernelCall {
  const { batches, steps, depth, units, batchRows, stepRows } = lstmSizes(op, graph);
  const g = lstmIntegers(op, graph);
  const tensor = (index: number | undefined) => ({ tensor: index! });
  return {
    kernel: 'tk_unidirectional_sequence_lstm_s8',
    params: {
      ...{ batches, steps, depth, units, batch_rows: batchRows, step_rows: stepRows },
      ...{ input_offset: g.gates.input.input.offset, hidden_zero_point: g.hiddenZeroPoint },
      ...{ keep_multiplier: g.keep.multiplier, keep_shift: g.keep.shift },
      ...{ add_multiplier: g.add.multiplier, add_shift: g.add.shift },
      ...{ show_multiplier: g.show.multiplier, show_shift: g.show.shift },
      ...{ cell_exponent: g.cellExponent, cell_min: g.cellMin, cell_max: g.cellMax },
      ...Object.fromEntries(GATES.map((gate) => [`${gate}_gate`, gateFields(gate, g.gates[gate])])),
    },
    arrays: GATES.flatMap((gate) => gateArrays(gate, g.gates[gate])),
    arguments: [op.inputs[LSTM.input], op.inputs[LSTM.hidden], op.inputs[LSTM.cell], op.outputs[0]].map(tensor),
  };
}

/** tk_lstm_gate */
function gateFields(gate: Gate, { input, recurrent }: GateIntegers): CFields {
  return {
    weights: { array: `${gate}_weights` },
    recurrent_weights: { array: `${gate}_recurrent_weights` },
    bias: { array: `${gate}_bias` },
    ...{ multiplier: input.rescale.multiplier, shift: input.rescale.shift },
    ...{ recurrent_multiplier: recurrent.rescale.multiplier, recurrent_shift: recurrent.rescale.shift },
  };
}

function gateArrays(gate: Gate, { input, recurrent, bias }: GateIntegers): CArray[] {
  return [
    { name: `${gate}_weights`, type: 'int8_t', values: input.weights },
    { name: `${gate}_recurrent_weights`, type: 'int8_t', values: recurrent.weights },
    { name: `${gate}_bias`, type: 'int32_t', values: bias },
  ];
}
