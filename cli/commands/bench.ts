import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import { resolve } from 'node:path';
import { loadBenchTarget } from '../../firmware-templates/index.js';
import { bench, reportBench } from '../benching.js';
import { randomInputs } from '../board.js';
import type { Run } from '../command.js';
import { modelOf, readTensors } from '../model.js';

export const run: Run = async (args, context) => {
  const model = modelOf(args, context);
  const target = loadBenchTarget(String(args['board']));
  const count = Number(args['vectors']);
  const given = args['input'];
  const vectors =
    typeof given === 'string'
      ? readTensors(resolve(context.cwd, given), model.inputSize).slice(0, count)
      : randomInputs(count, model.inputSize);
  const found = bench(model, target, vectors, args['optimize'] as Optimize | undefined);
  reportBench(context.reporter, found);
  context.reporter.result({ ...found });
  return found.equal === found.vectors ? 0 : 1;
};
