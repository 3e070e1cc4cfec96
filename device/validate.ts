// The proof: a board is given inputs, and its outputs are compared with the expected ones, byte for byte.
import { KilnError } from '../base/errors.js';
import type { Link } from './link.js';
import { BoardClient, type Info } from './protocol.js';

export interface ValidateOptions {
  link: Link;
  /** Of the model that the outputs were computed with: the board has to run the same. */
  modelHash: string;
  inputs: readonly Int8Array[];
  /** One for each input. */
  expected: readonly Int8Array[];
  /** Longest silence of the board, one inference included. */
  timeoutMs: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface Mismatch {
  /** Of the vector. */
  index: number;
  /** First element that differs. */
  element: number;
  expected: number;
  actual: number;
}

export interface Validation {
  info: Info;
  vectors: number;
  equal: number;
  mismatches: Mismatch[];
  /** Of the board's timer, for one inference. */
  ticks: { min: number; median: number; max: number };
  tickHz: number;
  /** On the host's clock, transfer included. */
  seconds: number;
}

/** @throws KilnError `model-mismatch` where the board runs another model; the errors of link and protocol. */
export async function validate(options: ValidateOptions): Promise<Validation> {
  const { link, inputs, expected, timeoutMs, onProgress, signal } = options;
  const started = performance.now();
  const board = await BoardClient.connect(link, timeoutMs);
  const info = await requireModel(board, options.modelHash);
  checkVectors(info, options);
  const ticks: number[] = [];
  const mismatches: Mismatch[] = [];
  for (const [index, input] of inputs.entries()) {
    signal?.throwIfAborted();
    const result = await board.run(input);
    ticks.push(result.ticks);
    const mismatch = compare(index, expected[index]!, result.output);
    if (mismatch) mismatches.push(mismatch);
    onProgress?.(index + 1, inputs.length);
  }
  return {
    info,
    vectors: inputs.length,
    equal: inputs.length - mismatches.length,
    mismatches,
    ticks: spread(ticks),
    tickHz: info.tickHz,
    seconds: (performance.now() - started) / 1000,
  };
}

/** What runs on the board. @throws KilnError `model-mismatch` where that is not the model of this hash. */
export async function requireModel(board: BoardClient, modelHash: string): Promise<Info> {
  const info = await board.info();
  if (info.model === modelHash) return info;
  const what = `the board runs the model ${info.model}, and ${modelHash} is expected`;
  const todo = 'Put this model on it: `kiln project`, `kiln build`, `kiln flash`.';
  throw new KilnError('model-mismatch', { where: `port ${board.path}`, what, todo });
}

function checkVectors(info: Info, { inputs, expected }: ValidateOptions): void {
  const wrong = inputs.find((input) => input.length !== info.inputSize);
  if (wrong || inputs.length === 0 || inputs.length !== expected.length) {
    const found = wrong ? `one of ${wrong.length} B` : `${inputs.length} of them and ${expected.length} outputs`;
    const what = `the model wants inputs of ${info.inputSize} B with an expected output each, found ${found}`;
    throw new KilnError('vectors-invalid', { where: 'vectors', what, todo: 'Give whole int8 tensors.' });
  }
}

function compare(index: number, expected: Int8Array, actual: Int8Array): Mismatch | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let element = 0; element < length; element++) {
    if (expected[element] === actual[element]) continue;
    return { index, element, expected: expected[element] ?? NaN, actual: actual[element] ?? NaN };
  }
  return undefined;
}

function spread(values: readonly number[]): Validation['ticks'] {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! };
}
