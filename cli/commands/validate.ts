import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { isVirtual, portOf, randomInputs, validateOnBoard } from '../board.js';
import type { Run } from '../commands.js';
import { modelOf, readTensors } from '../model.js';
import { configIfAny, pathsOf } from '../project.js';
import { reportValidation } from '../validation.js';

/** 1 where a vector differs. */
export const run: Run = async (args, context) => {
  const { project, cwd, reporter } = context;
  const paths = pathsOf(project);
  const model = modelOf(args, context);
  const count = Number(args['vectors'] ?? configIfAny(project)?.validate.vectors ?? 50);
  const port = portOf(args['port'], paths.virtual);
  const inputs = (): Int8Array[] => {
    if (typeof args['input'] === 'string') return readTensors(resolve(cwd, args['input']), model.inputSize);
    if (model.path === paths.model && existsSync(paths.vectors)) return readTensors(paths.vectors, model.inputSize);
    reporter.notice('no recordings are at hand: random inputs are sent');
    return randomInputs(count, model.inputSize);
  };
  const virtual = isVirtual(port);
  const validation = await validateOnBoard(model, inputs().slice(0, count), port, Number(args['timeout']), context);
  writeAtomic(paths.validation, `${JSON.stringify({ port, virtual, ...validation }, null, 2)}\n`);
  reportValidation(reporter, validation, virtual);
  reporter.result({ port, virtual, ...validation });
  return validation.equal === validation.vectors ? 0 : 1;
};
