import { resolve } from 'node:path';
import { joinTensors } from '../../base/bytes.js';
import { writeAtomic } from '../../base/files.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { readModel, readTensors, type Model } from '../model.js';

export const run: Run = async (args, context) => {
  const { cwd, reporter } = context;
  const model = readModel(resolve(cwd, String(args['model'])));
  const inputs = readTensors(resolve(cwd, String(args['input'])), model.inputSize);
  const output = resolve(cwd, String(args['output']));
  const started = performance.now();
  const tensors = await infer(model, inputs, args, context);
  const seconds = (performance.now() - started) / 1000;
  writeAtomic(output, joinTensors(tensors));
  reporter.line(`${tensors.length} tensors of ${model.outputSize} B in ${output} (${seconds.toFixed(2)} s)`);
  reporter.result({ output, vectors: tensors.length, outputSize: model.outputSize, seconds });
  return 0;
};

async function infer(model: Model, inputs: Int8Array[], args: Arguments, context: Context): Promise<Int8Array[]> {
  const engines = await import('../engines.js');
  const { board, port, engine, timeout } = args;
  if (typeof board === 'string' || typeof port === 'string') {
    const target = { timeoutMs: Number(timeout) * 1000, board: board as string, port: port as string };
    return engines.runOnBoard(model, inputs, target, context);
  }
  return engine === 'compiled' ? engines.runCompiled(model, inputs) : engines.runInterpreter(model, inputs);
}
