// The proof: a board is given inputs, and its outputs are compared with the expected ones, byte for byte.
import { KilnError } from '../base/errors.js';
import type { LinkCounts } from './frame_client.js';
import { firstWrongLayer, type LayerFinding, type ModelView } from './layer_dump.js';
import type { Info } from './protocol.js';
import { connectRunner, FrameRunner, type MemoryUse, type Ran, type Runner, type RunnerOptions } from './runners.js';

export interface ValidateOptions extends RunnerOptions {
  /** Of the model that the outputs were computed with: the board has to run the same. */
  modelHash: string;
  /** One for each input. */
  expected: readonly Int8Array[];
  /** Of the output: what a board that gives three decimals is compared by. */
  outputGrid?: { scale: number; zeroPoint: number };
  /** The model's inside in the firmware of this memory plan, or undefined where that is not known. */
  viewOf?: (plan: string) => ModelView | undefined;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface Mismatch {
  /** Of the vector. */
  index: number;
  /** First element that differs. */
  element: number;
  /** Integers, or real values where three decimals were compared. */
  expected: number;
  actual: number;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export interface Validation extends MemoryUse {
  /** Undefined for firmware that is not ours: which model it runs is not known. */
  info: Info | undefined;
  /** What the firmware answered as its model where it is not ours. */
  answersAs?: string;
  by: Runner['by'];
  /** What was compared of each output. */
  compared: 'bytes' | 'three decimals';
  vectors: number;
  equal: number;
  mismatches: Mismatch[];
  /** The first layer that differs, in the first vector that does; or why that is not known. */
  layer?: LayerFinding | { unknown: string };
  /** Of the board's timer, for one inference. */
  ticks: Spread;
  tickHz: number;
  microseconds: Spread;
  /** What the line did to frames. */
  line?: LinkCounts;
  /** What the firmware printed between frames. */
  log: string[];
  /** On the host's clock, transfer included. */
  seconds: number;
}

const MAX_LOG_LINES = 1000;

/** @throws KilnError `model-mismatch` where the board runs another model; the errors of link, protocol and session. */
export async function validate(options: ValidateOptions): Promise<Validation> {
  const started = performance.now();
  const log: string[] = [];
  const onLog = (line: string) => {
    if (log.length < MAX_LOG_LINES) log.push(line);
    options.onLog?.(line);
  };
  const runner = await connectRunner({ ...options, onLog });
  if (runner.info) requireModel(runner.info, options.modelHash, options.link.path);
  checkVectors(runner.info, options);
  const { ticks, mismatches } = await compareAll(runner, options);
  const layer = mismatches.length > 0 ? { layer: await layerOf(runner, options, mismatches[0]!.index) } : {};
  const memory = await runner.memory();
  await runner.leave();
  const line = runner.counts();
  const { inputs } = options;
  return {
    ...{ info: runner.info, ...(runner.profile && { answersAs: runner.profile.model }), by: runner.by },
    compared: runner.by === 'mlperf' ? 'three decimals' : 'bytes',
    ...{ vectors: inputs.length, equal: inputs.length - mismatches.length, mismatches, ...layer },
    ...{ ticks: spread(ticks), tickHz: runner.tickHz },
    microseconds: spread(ticks.map((n) => (1e6 * n) / runner.tickHz)),
    ...memory,
    ...(line && { line }),
    log,
    seconds: (performance.now() - started) / 1000,
  };
}

async function compareAll(
  runner: Runner,
  options: ValidateOptions,
): Promise<{ ticks: number[]; mismatches: Mismatch[] }> {
  const { inputs, expected, onProgress, signal } = options;
  const ticks: number[] = [];
  const mismatches: Mismatch[] = [];
  for (const index of inputs.keys()) {
    signal?.throwIfAborted();
    const ran = await runner.run(index);
    ticks.push(ran.ticks);
    const mismatch = difference(ran.output, expected[index]!, options);
    if (mismatch) mismatches.push({ index, ...mismatch });
    onProgress?.(index + 1, inputs.length);
  }
  return { ticks, mismatches };
}

/** @throws KilnError `model-mismatch` where the board runs another model than that of this hash, `firmware-foreign` */
export function requireModel(info: Info | undefined, modelHash: string, path: string): void {
  if (!info) throw foreign(path);
  if (info.model === modelHash) return;
  const what = `the board runs the model ${info.model}, and ${modelHash} is expected`;
  const todo = 'Put this model on it: `kiln project`, `kiln build`, `kiln flash`.';
  throw new KilnError('model-mismatch', { where: `port ${path}`, what, todo });
}

function checkVectors(info: Info | undefined, { inputs, expected }: ValidateOptions): void {
  const size = info?.inputSize ?? inputs[0]?.length ?? 0;
  const wrong = inputs.find((input) => input.length !== size);
  if (wrong || inputs.length === 0 || inputs.length !== expected.length) {
    const found = wrong ? `one of ${wrong.length} B` : `${inputs.length} of them and ${expected.length} outputs`;
    const what = `the model wants inputs of ${size} B with an expected output each, found ${found}`;
    throw new KilnError('vectors-invalid', { where: 'vectors', what, todo: 'Give whole int8 tensors.' });
  }
}

type Difference = Omit<Mismatch, 'index'>;

function difference(
  actual: Ran['output'],
  expected: Int8Array,
  { outputGrid, link }: ValidateOptions,
): Difference | undefined {
  if (actual instanceof Int8Array) return firstDifference(expected, actual, (a, b) => a === b);
  if (!outputGrid) throw foreign(link.path);
  const { scale, zeroPoint } = outputGrid;
  const real = Array.from(expected, (q) => scale * (q - zeroPoint));
  return firstDifference(real, actual, printsAs);
}

/** Whether a value may be printed so with three decimals, whichever way ties go; a float's own error comes on top. */
function printsAs(value: number, printed: number): boolean {
  return Math.abs(value - printed) <= 0.0005 + 1e-6 * Math.max(1, Math.abs(value));
}

function firstDifference(
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  same: (expected: number, actual: number) => boolean,
): Difference | undefined {
  for (let element = 0; element < Math.max(expected.length, actual.length); element++) {
    const [a, b] = [expected[element] ?? NaN, actual[element] ?? NaN];
    if (!same(a, b)) return { element, expected: a, actual: b };
  }
  return undefined;
}

function foreign(path: string): KilnError {
  const what = 'the firmware gives three decimals of each output and no bytes';
  const todo = 'Name the model file that it runs with --against.';
  return new KilnError('firmware-foreign', { where: `port ${path}`, what, todo });
}

async function layerOf(runner: Runner, { viewOf }: ValidateOptions, index: number): Promise<Validation['layer'] & {}> {
  if (!(runner instanceof FrameRunner)) return { unknown: 'the firmware does not let its layers be looked at' };
  const { client } = runner;
  if (client.hello.layers === 0) return { unknown: `the ${client.hello.runtime} runtime runs a model whole` };
  const view = viewOf?.(client.hello.plan);
  if (!view || view.layers.length !== client.hello.layers) {
    return {
      unknown: `the firmware's memory plan ${client.hello.plan} is not one that this tinykiln makes of the model`,
    };
  }
  const found = await client.persistently(async () => {
    await runner.prepare(index);
    return firstWrongLayer(client, view, index);
  });
  return found ?? { unknown: 'run again layer by layer, every layer is right' };
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! };
}
