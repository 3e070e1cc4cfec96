// The 24 inputs of UNIDIRECTIONAL_SEQUENCE_LSTM, the sizes that they say, and the order in which its steps follow.
import type { Graph, Op } from '../graph/graph.js';
import type { Kernel } from './op.js';

/** In the order in which their weights and biases follow one another. */
export const GATES = ['input', 'forget', 'cell', 'output'] as const;
export type Gate = (typeof GATES)[number];

/** Position of the input, and of the first of each kind; there are four of each kind of weights and of biases. */
export const LSTM = {
  /** [batches, steps, depth], or [steps, batches, depth] where `timeMajor` is set. */
  input: 0,
  /** [units, depth] */
  inputWeights: 1,
  /** [units, units] */
  recurrentWeights: 5,
  /** Three, absent. */
  peepholes: 9,
  /** [units] */
  biases: 12,
  /** Weights and bias, absent. */
  projection: 16,
  /** State, [batches, units]: what was put out last. */
  hidden: 18,
  /** State, [batches, units]. */
  cell: 19,
  /** Four, absent. */
  layerNormalization: 20,
} as const;
export const LSTM_INPUTS = 24;

/** Tensor indices of an LSTM's inputs; lists are in the order of `GATES`. */
export interface LstmTensors {
  input: number;
  inputWeights: readonly number[];
  recurrentWeights: readonly number[];
  biases: readonly number[];
  hidden: number;
  cell: number;
}

/** An op's `inputs`, with −1 for what a plain LSTM lacks. */
export function lstmInputs(tensors: LstmTensors): number[] {
  const inputs = new Array<number>(LSTM_INPUTS).fill(-1);
  for (const [kind, indices] of Object.entries(tensors) as [keyof LstmTensors, number | readonly number[]][]) {
    inputs.splice(LSTM[kind], [indices].flat().length, ...[indices].flat());
  }
  return inputs;
}

export interface LstmSizes {
  batches: number;
  steps: number;
  depth: number;
  units: number;
  /** Rows of the input and the output from one batch to the next, and from one step to the next. */
  batchRows: number;
  stepRows: number;
}

export function lstmSizes(op: Op<'UNIDIRECTIONAL_SEQUENCE_LSTM'>, graph: Graph): LstmSizes {
  const [outer, inner, depth] = graph.tensors[op.inputs[LSTM.input]!]!.shape as [number, number, number];
  const units = graph.tensors[op.inputs[LSTM.inputWeights]!]!.shape[0]!;
  const { timeMajor } = op.options;
  const [batches, steps] = timeMajor ? [inner, outer] : [outer, inner];
  return { batches, steps, depth, units, batchRows: timeMajor ? 1 : steps, stepRows: timeMajor ? batches : 1 };
}

/** From a row of the input and one of the state to one of the state and the output, by their first elements. */
export type LstmStep = (inputAt: number, stateAt: number, outputAt: number) => void;

/** Every step of the sequence, in each for every batch. @param after each step of all batches */
export function everyStep(sizes: LstmSizes, step: LstmStep, after?: () => void): Kernel {
  const { batches, steps, depth, units, batchRows, stepRows } = sizes;
  return () => {
    for (let t = 0; t < steps; t++) {
      for (let batch = 0; batch < batches; batch++) {
        const row = batch * batchRows + t * stepRows;
        step(row * depth, batch * units, row * units);
      }
      after?.();
    }
  };
}
