// A board at work: a link that is always closed, the vectors that it is asked for.
import { realpathSync } from 'node:fs';
import { joinTensors } from '../base/bytes.js';
import { Random } from '../base/random.js';
import { GraphInterpreter } from '../converter/interpreter.js';
import { openLink, type Link, type LinkOptions } from '../device/link.js';
import { findPort, type Port } from '../device/ports.js';
import { validate, type Validation } from '../device/validate.js';
import { livePort } from '../device/virtual/state.js';
import type { Context } from './context.js';
import { feed } from './model_view.js';
import type { Model } from './model.js';
import type { Subject } from './subject.js';

/** How long a port that is missing or taken is tried: others look at a board that was just plugged in, too. */
const PATIENCE_MS = 2000;

/** Whether an emulator answers on a port: a pseudo-terminal is never a board on a cable. */
export function isVirtual(port: string): boolean {
  try {
    return /^\/dev\/(pts\/\d+|ttys\d+)$/.test(realpathSync(port));
  } catch {
    return false;
  }
}

export async function withLink<T>(port: string, work: (link: Link) => Promise<T>, options?: LinkOptions): Promise<T> {
  const locate = async () => livePort(port);
  const link = await openLink(port, { patienceMs: PATIENCE_MS, locate, ...options });
  try {
    return await work(link);
  } finally {
    await link.close();
  }
}

/** Finds a port's board again by its serial number: it gets another name when it is plugged in anew. */
function following({ serialNumber }: Partial<Port>): LinkOptions {
  if (!serialNumber) return {};
  return {
    locate: () =>
      findPort({ serialNumber })
        .then(({ path }) => path)
        .catch(() => undefined),
  };
}

/** Uniform int8 tensors: what a model without recordings is validated with. */
export function randomInputs(count: number, size: number, seed = 1): Int8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Int8Array.from({ length: size }, () => random.integer(256) - 128));
}

/** The host interpreter's outputs: the expected bytes. */
export function expectedOutputs(model: Model, inputs: readonly Int8Array[]): Int8Array[] {
  const interpreter = new GraphInterpreter(model.graph);
  return inputs.map((input) => {
    feed(interpreter, input);
    interpreter.invoke();
    return new Int8Array(joinTensors(interpreter.outputs as Int8Array[]));
  });
}

export interface BoardOptions {
  timeoutSeconds: number;
  /** Of the port when it is opened; its usual one where it is left out. */
  baudRate?: number | undefined;
  /** Speed to propose to the board. */
  speed?: number | undefined;
}

/** Sends the inputs to the board and compares its outputs with the host's. */
export function validateOnBoard(
  { hash, stateful, outputGrid, afterReset, ...subject }: Subject,
  inputs: readonly Int8Array[],
  port: Pick<Port, 'path'> & Partial<Port>,
  { timeoutSeconds, baudRate = 115200, speed }: BoardOptions,
  { reporter, signal }: Context,
): Promise<Validation> {
  const expected = subject.expected(inputs);
  const work = (link: Link) =>
    validate({
      link,
      modelHash: hash,
      inputs,
      expected,
      stateful,
      afterReset,
      ...(outputGrid && { outputGrid }),
      viewOf: (plan) => subject.viewOf(inputs, plan),
      timeoutMs: timeoutSeconds * 1000,
      baudRate,
      speed,
      signal,
      onLog: (line) => reporter.line(`board: ${line}`),
      onProgress: (done, total) => reporter.progress('validate', done, total),
    });
  return withLink(port.path, work, { baudRate, ...following(port) });
}
