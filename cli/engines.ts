// Three ways to run a model on raw tensors: host interpreter, compiled C on the host, a board.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KilnError } from '../base/errors.js';
import { compile, modelHash } from '../converter/compile.js';
import { runCompiledOnHost } from '../device/host.js';
import { connectRunner } from '../device/runners.js';
import { requireModel } from '../device/validate.js';
import { stopVirtualBoard } from '../device/virtual/qemu.js';
import { loadBoard } from '../firmware-templates/index.js';
import { expectedOutputs, withLink } from './board.js';
import type { Context } from './context.js';
import { buildFirmware, flashFirmware, writeFirmware } from './firmware.js';
import type { Model } from './model.js';
import { isStateful } from './model_view.js';

export interface EngineOptions {
  /** A board to run on; a virtual one is built for, started and stopped. */
  board?: string;
  /** The port of a board that has the model already. */
  port?: string;
  timeoutMs: number;
}

export async function runInterpreter(model: Model, inputs: readonly Int8Array[]): Promise<Int8Array[]> {
  return expectedOutputs(model, inputs);
}

export function runCompiled(model: Model, inputs: readonly Int8Array[]): Promise<Int8Array[]> {
  const { files, ...ends } = compile(model.graph, { name: 'model', tflite: model.bytes });
  return runCompiledOnHost({ files, name: 'model', outputSize: model.outputSize, inputs, ends });
}

/** Builds firmware in a temporary folder, flashes it, runs the inputs, and stops a virtual board. */
export async function runOnBoard(
  model: Model,
  inputs: readonly Int8Array[],
  { board, port, timeoutMs }: EngineOptions & { board: string },
  context: Context,
): Promise<Int8Array[]> {
  if (port) return runOnPort(model, inputs, port, timeoutMs, context);
  if (!loadBoard(board, context.boards).emulator) {
    const todo = 'Build and flash the firmware first (`kiln project`, `kiln build`), then name its port with --port.';
    throw new KilnError('port-unknown', { where: `board ${board}`, what: 'no port is named', todo });
  }
  const folder = mkdtempSync(join(tmpdir(), 'kiln-infer-'));
  const virtual = join(folder, 'virtual');
  try {
    const { boards } = context;
    writeFirmware(model, {
      board,
      boards,
      name: 'model',
      runtime: 'compiled',
      optimize: 'speed',
      folder: join(folder, 'firmware'),
    });
    await buildFirmware(join(folder, 'firmware'), context);
    const flashedPort = await flashFirmware(join(folder, 'firmware'), virtual, boards);
    return await runOnPort(model, inputs, flashedPort, timeoutMs, context);
  } finally {
    await stopVirtualBoard(virtual, board);
    rmSync(folder, { recursive: true, force: true });
  }
}

function runOnPort(
  model: Model,
  inputs: readonly Int8Array[],
  port: string,
  timeoutMs: number,
  { reporter, signal }: Context,
): Promise<Int8Array[]> {
  return withLink(port, async (link) => {
    const runner = await connectRunner({ link, inputs, timeoutMs, stateful: isStateful(model.graph) });
    requireModel(runner.info, modelHash(model.bytes), port);
    const outputs: Int8Array[] = [];
    for (const index of inputs.keys()) {
      signal.throwIfAborted();
      outputs.push((await runner.run(index)).output as Int8Array);
      reporter.progress('infer', outputs.length, inputs.length);
    }
    await runner.leave();
    return outputs;
  });
}
