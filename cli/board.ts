// A board at work: which port, a link that is always closed, the vectors that it is asked for.
import { realpathSync } from 'node:fs';
import { joinTensors } from '../base/bytes.js';
import { KilnError } from '../base/errors.js';
import { Random } from '../base/random.js';
import { modelHash } from '../converter/compile.js';
import { GraphInterpreter } from '../converter/interpreter.js';
import { openLink, type Link, type LinkOptions } from '../device/link.js';
import { validate, type Validation } from '../device/validate.js';
import { runningBoards } from '../device/virtual/state.js';
import type { Context } from './context.js';
import type { Model } from './model.js';

/** The port that was named, or that of the one virtual board that runs. @throws KilnError `port-unknown`. */
export function portOf(named: unknown, virtualFolder: string): string {
  if (typeof named === 'string') return named;
  const running = runningBoards(virtualFolder);
  if (running.length === 1) return running[0]!.port;
  const what = running.length === 0 ? 'no virtual board runs' : `${running.length} virtual boards run`;
  const todo = 'Start one with `kiln flash`, or name a port with --port (`kiln ports` lists them).';
  throw new KilnError('port-unknown', { where: '--port', what, todo });
}

/** Whether an emulator answers on a port: a pseudo-terminal is never a board on a cable. */
export function isVirtual(port: string): boolean {
  try {
    return /^\/dev\/(pts\/\d+|ttys\d+)$/.test(realpathSync(port));
  } catch {
    return false;
  }
}

export async function withLink<T>(port: string, work: (link: Link) => Promise<T>, options?: LinkOptions): Promise<T> {
  const link = await openLink(port, options);
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
  const interpreter = new GraphInterpreter(model.graph);
  const ends = { inputs: interpreter.inputs as Int8Array[], outputs: interpreter.outputs as Int8Array[] };
  return inputs.map((input) => {
    let at = 0;
    for (const tensor of ends.inputs) tensor.set(input.subarray(at, (at += tensor.length)));
    interpreter.invoke();
    return new Int8Array(joinTensors(ends.outputs));
  });
}

/** Sends the inputs to the board and compares its outputs with the host's. */
export function validateOnBoard(
  model: Model,
  inputs: readonly Int8Array[],
  port: string,
  timeoutSeconds: number,
  { reporter, signal }: Context,
): Promise<Validation> {
  const expected = expectedOutputs(model, inputs);
  return withLink(port, (link) =>
    validate({
      link,
      modelHash: modelHash(model.bytes),
      inputs,
      expected,
      timeoutMs: timeoutSeconds * 1000,
      signal,
      onProgress: (done, total) => reporter.progress('validate', done, total),
    }),
  );
}
