// A board at work: a link that is always closed, the vectors that it is asked for.
import { Random } from '../base/random.js';
import { modelHash } from '../converter/compile.js';
import { createInterpreter } from '../converter/interpreter.js';
import { openLink, type Link } from '../device/link.js';
import { validate, type Validation } from '../device/validate.js';
import type { Context } from './context.js';
import { isStateful, modelView } from './model_view.js';
import type { Model } from './model.js';
import type { PortChoice } from './ports.js';

/** How long a port that is missing or taken is tried: others look at a board that was just plugged in, too. */
const PATIENCE_MS = 2000;

export async function withLink<T>({ path, locate }: PortChoice, work: (link: Link) => Promise<T>): Promise<T> {
  const link = await openLink(path, { patienceMs: PATIENCE_MS, ...(locate && { locate }) });
  try {
    return await work(link);
  } finally {
    await link.close();
  }
}

/** Uniform int8 tensors: what a model without recordings is validated with. */
export function randomInputs(count: number, size: number, seed = 1): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Int8Array.from({ length: size }, () => random.integer(256) - 128));
}

/** The host interpreter's outputs: the expected bytes. */
export function expectedOutputs(model: Model, inputs: readonly Int8Array[]): Int8Array[] {
  const interpreter = createInterpreter(model.graph);
  return inputs.map((input) => {
    const output = new Int8Array(model.outputSize);
    interpreter.invoke(input, output);
    return output;
  });
}

export interface BoardOptions {
  timeoutSeconds: number;
  /** Speed to propose to the board. */
  baudRate?: number | undefined;
}

/** Sends the inputs to the board and compares its outputs with the host's. */
export function validateOnBoard(
  model: Model,
  inputs: readonly Int8Array[],
  port: PortChoice,
  { timeoutSeconds, baudRate }: BoardOptions,
  { reporter, signal }: Context,
): Promise<Validation> {
  const expected = expectedOutputs(model, inputs);
  const { tensors, outputs } = model.graph;
  const { scale, zeroPoint } = tensors[outputs[0]!]!.quantization ?? { scale: [1], zeroPoint: [0] };
  return withLink(port, (link) =>
    validate({
      link,
      modelHash: modelHash(model.bytes),
      inputs,
      expected,
      stateful: isStateful(model.graph),
      outputGrid: { scale: scale[0]!, zeroPoint: zeroPoint[0]! },
      viewOf: (plan) => modelView(model, inputs, plan),
      timeoutMs: timeoutSeconds * 1000,
      baudRate,
      signal,
      onLog: (line) => reporter.line(`board: ${line}`),
      onProgress: (done, total) => reporter.progress('validate', done, total),
    }),
  );
}
