import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { expectedOutputs, isVirtual, randomInputs, validateOnBoard } from '../board.js';
import type { Arguments, Run } from '../commands.js';
import type { Context } from '../context.js';
import { modelOf, readTensors, type Model } from '../model.js';
import { portFor } from '../ports.js';
import { loadFirmwareConfig } from '../config.js';
import { pathsOf } from '../project.js';
import { readPrivateKey } from '../receipt.js';
import { writeReceipt } from '../statement.js';
import { receiptOf, reportValidation } from '../validation.js';

/** 1 where a vector differs. */
export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const paths = pathsOf(project);
  const key = typeof args['sign'] === 'string' ? readPrivateKey(resolve(cwd, args['sign'])) : undefined;
  const model = modelOf({ ...args, model: args['against'] ?? args['model'] }, context);
  const port = await portFor(args, context);
  const inputs = inputsOf(model, args, context);
  const speed = args['speed'] as number | undefined;
  const options = { timeoutSeconds: Number(args['timeout']), baudRate: Number(args['baud']), speed };
  const validation = await validateOnBoard(model, inputs, port, options, context);
  const virtual = isVirtual(port.path);
  const receipt = receiptOf(model, inputs, port, virtual, validation);
  writeAtomic(paths.validation, `${JSON.stringify(receipt, null, 2)}\n`);
  reportValidation(reporter, validation, virtual);
  if (key) {
    const expected = expectedOutputs(model, inputs);
    const proven = { model: model.bytes, inputs, expected, boards: port.boards, virtual, result: validation };
    const output = typeof args['receipt'] === 'string' ? resolve(cwd, args['receipt']) : paths.receipt;
    writeReceipt(output, { ...proven, firmware: paths.firmware }, key, reporter);
  }
  reporter.result(receipt);
  return validation.equal === validation.vectors ? 0 : 1;
};

function inputsOf(model: Model, args: Arguments, { project, cwd, reporter }: Context): Int8Array[] {
  const paths = pathsOf(project);
  const count = Number(args['vectors'] ?? loadFirmwareConfig(project).validate.vectors);
  const named = typeof args['input'] === 'string' ? resolve(cwd, args['input']) : undefined;
  const recorded = model.path === paths.model && existsSync(paths.vectors) ? paths.vectors : undefined;
  const file = named ?? recorded;
  if (file) return readTensors(file, model.inputSize).slice(0, count);
  reporter.notice('no recordings are at hand: random inputs are sent');
  return randomInputs(count, model.inputSize);
}
