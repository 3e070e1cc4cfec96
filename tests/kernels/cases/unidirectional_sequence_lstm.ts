// UNIDIRECTIONAL_SEQUENCE_LSTM over several inferences: sequences, batches, both orders, clips, scales of state and gates.
import { GATES, lstmInputs } from '../../../converter/ops/lstm_inputs.js';
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

type Grid = readonly [scale: number, zeroPoint: number];

interface Lstm {
  batches?: number;
  steps?: number;
  depth?: number;
  units?: number;
  timeMajor?: boolean;
  input?: Grid;
  hidden?: Grid;
  /** The cell state's scale is 2 to this power. */
  cell?: number;
  cellClip?: number;
  weights?: number;
  recurrent?: number;
  largestBias?: number;
}

function lstm(seed: number, sizes: Lstm): Graph {
  const { batches = 1, steps = 4, depth = 5, units = 6, timeMajor = false, cell = -12, cellClip = 0 } = sizes;
  const { input = [0.03, 4], hidden = [1 / 128, 0], weights = 0.006, recurrent = 0.008, largestBias = 3000 } = sizes;
  const b = new GraphBuilder('lstm', seed);
  const rows = timeMajor ? [steps, batches] : [batches, steps];
  const x = b.activation([...rows, depth], ...input);
  const matrices = (columns: number, scale: number) =>
    GATES.map((_, i) => b.weights({ shape: [units, columns], scales: [scale * (1 + i / 8)], axis: 0 }));
  const inputWeights = matrices(depth, weights);
  const recurrentWeights = matrices(units, recurrent);
  const biases = inputWeights.map((matrix) => b.bias(x, matrix, units, largestBias));
  const state = b.variable([batches, units], ...hidden);
  const memory = b.variable([batches, units], 2 ** cell, 0, 'int16');
  const y = b.activation([...rows, units], ...hidden);
  const inputs = lstmInputs({ input: x, inputWeights, recurrentWeights, biases, hidden: state, cell: memory });
  // As TensorFlow writes them; its desktop kernel wants them.
  const ofGates = GATES.map(() => b.tensor({ shape: [0], dtype: 'float32' }));
  const grid = { scale: [Math.fround(hidden[0])], zeroPoint: [hidden[1]], axis: 0 };
  const intermediates = [...ofGates, b.tensor({ shape: [0], dtype: 'int8', quantization: grid })];
  const options = { cellClip, projClip: 0, timeMajor };
  return b.graph(x, b.op('UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, y, options, intermediates));
}

export const unidirectionalSequenceLstmCases = {
  usual: lstm(1, {}),
  one_step: lstm(2, { steps: 1, units: 9 }),
  one_of_all: lstm(3, { steps: 1, depth: 1, units: 1 }),
  long_sequence: lstm(4, { steps: 40, depth: 2, units: 3 }),
  wide_input: lstm(5, { depth: 70, units: 3, weights: 0.001 }),
  two_batches: lstm(6, { batches: 2, steps: 3 }),
  time_major: lstm(7, { timeMajor: true }),
  time_major_three_batches: lstm(8, { timeMajor: true, batches: 3, steps: 5, units: 4 }),
  lowest_zero_points: lstm(9, { input: [0.03, -128], hidden: [1 / 140, -128] }),
  highest_zero_points: lstm(10, { input: [0.03, 127], hidden: [1 / 140, 127] }),
  mixed_zero_points: lstm(11, { input: [0.02, 99], hidden: [0.0071, -9] }),
  cell_clip: lstm(12, { cellClip: 0.4 }),
  cell_clip_beyond_16_bits: lstm(13, { cellClip: 10 }),
  cell_clip_below_a_step: lstm(14, { cellClip: 0.0001, cell: -10 }),
  fine_cell_state: lstm(15, { cell: -15 }),
  finer_than_the_table: lstm(16, { cell: -18 }),
  finest_cell_state: lstm(17, { cell: -29, hidden: [2 ** -21, 0] }),
  coarse_cell_state: lstm(18, { cell: -6 }),
  coarsest_cell_state: lstm(19, { cell: 2 }),
  cell_state_that_saturates: lstm(20, { cell: -15, steps: 8, weights: 0.05, largestBias: 20000 }),
  gates_that_saturate: lstm(21, { weights: 0.3, recurrent: 0.4 }),
  gates_that_hardly_move: lstm(22, { weights: 1e-4, recurrent: 1e-4, largestBias: 100 }),
  weights_that_flush_to_zero: lstm(23, { weights: 1e-12, recurrent: 1e-12 }),
  output_that_saturates: lstm(24, { hidden: [0.001, 20] }),
  coarse_output: lstm(25, { hidden: [0.3, 5] }),
};
