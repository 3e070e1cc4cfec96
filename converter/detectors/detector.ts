// A detector as the chip runs it: the same integers on the host, and the C that computes them.
import type { CArray, CFields } from '../codegen/kernel_call.js';
import type { CType } from '../../base/c_literals.js';

/** What model.c needs to know of a detector or of a sensor front end. */
export interface StageC {
  /**
   * Declared in <kernel>.h, its parameters of the type <kernel>_params; takes them, its
   * state if any, input and output.
   */
  kernel: `tk_${string}`;
  params: CFields;
  arrays: readonly CArray[];
  /** What it keeps from one call to the next: begins as zeros. Nothing, where it is left out. */
  /** Words that a calibration finds, and that outlive a reset: after the state among the operands. Begin as zeros. */
  kept?: number;
  state?: { type: string; count: number; elementBytes: number };
  /** Runs between two parts of the kernel, <kernel>_fill and <kernel>_score. */
  network?: EmbeddedNetwork;
}

/** A compiled model as a part of model.c. */
export interface EmbeddedNetwork {
  /** Prefix of its C. */
  name: string;
  source: string;
  constantBytes: number;
  memoryBytes: number;
}

/** One run over a recording: its state is its own. @param output is written: one score, or one for each class */
export type Scorer = (input: ArrayLike<number>, output: Int32Array) => void;

export interface Detector {
  /** Of one call: a sample of a series in int32, a vector in int16. */
  input: { type: Extract<CType, 'int16_t' | 'int32_t'>; count: number };
  outputs: number;
  /** A score of 1 is 2^scoreBits. */
  scoreBits: number;
  start(): Scorer;
  c: StageC;
}

/** The scores of a recording, in order. @param inputs one for each call */
export function scoreAll(detector: Detector, inputs: Iterable<ArrayLike<number>>): Int32Array {
  const run = detector.start();
  const output = new Int32Array(detector.outputs);
  const scores: number[] = [];
  for (const input of inputs) {
    run(input, output);
    scores.push(...output);
  }
  return Int32Array.from(scores);
}
