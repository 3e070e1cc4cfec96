import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readBytes, writeAtomic } from '../../base/files.js';
import { isVirtual, randomInputs, validateOnBoard } from '../board.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { readTensors } from '../model.js';
import { portFor } from '../ports.js';
import { loadFirmwareConfig } from '../config.js';
import { pathsOf } from '../project.js';
import { readPrivateKey } from '../receipt.js';
import { writeReceipt } from '../statement.js';
import { subjectOf, type Subject } from '../subject.js';
import { receiptOf, reportValidation } from '../validation.js';

/** 1 where a vector differs. */
export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const paths = pathsOf(project);
  const key = typeof args['sign'] === 'string' ? readPrivateKey(resolve(cwd, args['sign'])) : undefined;
  const subject = subjectOf({ ...args, model: args['against'] ?? args['model'] }, context);
  const port = await portFor(args, context);
  const inputs = inputsOf(subject, args, context);
  const speed = args['speed'] as number | undefined;
  const options = { timeoutSeconds: Number(args['timeout']), baudRate: Number(args['baud']), speed };
  const validation = await validateOnBoard(subject, inputs, port, options, context);
  const virtual = isVirtual(port.path);
  const receipt = receiptOf(subject, inputs, port, virtual, validation);
  writeAtomic(paths.validation, `${JSON.stringify(receipt, null, 2)}\n`);
  reportValidation(reporter, validation, virtual);
  if (key) {
    const expected = subject.expected(inputs);
    const proven = {
      model: readBytes(subject.path),
      inputs,
      expected,
      boards: port.boards,
      virtual,
      result: validation,
    };
    const output = typeof args['receipt'] === 'string' ? resolve(cwd, args['receipt']) : paths.receipt;
    writeReceipt(output, { ...proven, firmware: paths.firmware }, key, reporter);
  }
  reporter.result(receipt);
  return validation.equal === validation.vectors ? 0 : 1;
};

function inputsOf({ path, inputSize }: Subject, args: Arguments, { project, cwd, reporter }: Context): Int8Array[] {
  const paths = pathsOf(project);
  const count = Number(args['vectors'] ?? loadFirmwareConfig(project).validate.vectors);
  const named = typeof args['input'] === 'string' ? resolve(cwd, args['input']) : undefined;
  const recorded =
    [paths.model, paths.detector].includes(path) && existsSync(paths.vectors) ? paths.vectors : undefined;
  const file = named ?? recorded;
  if (file) return readTensors(file, inputSize).slice(0, count);
  reporter.notice('no recordings are at hand: random inputs are sent');
  return randomInputs(count, inputSize);
}
