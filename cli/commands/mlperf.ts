import { KilnError } from '../../base/errors.js';
import type { Link } from '../../device/link.js';
import { identify, measureAccuracy, measurePerformance, type Subject } from '../../device/mlperf.js';
import { isVirtual, withLink } from '../board.js';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import {
  inputsOf,
  namedModel,
  reaches,
  reconstructionError,
  reportAccuracy,
  reportPerformance,
  requiredSamples,
} from '../mlperf.js';
import { portFor } from '../ports.js';

/** 1 where a required accuracy is not reached. */
export const run: Run = async (args, context) => {
  if (args['mode'] === 'energy') throw energyUnsupported();
  const { path } = await portFor(args, context);
  return withLink(
    path,
    async (link) => {
      const subject = await identify(link, timeoutMs(args));
      context.reporter.line(`${subject.name}: ${subject.model}, ${subject.profile}, on ${path}`);
      const mode = args['mode'] === 'accuracy' ? accuracy : performance;
      return mode(args, link, subject, context);
    },
    { baudRate: Number(args['baud']) },
  );
};

async function performance(args: Arguments, link: Link, subject: Subject, context: Context): Promise<number> {
  const { reporter, signal } = context;
  const result = await measurePerformance({
    link,
    inputs: await inputsOf(args, subject, link, context),
    seconds: Number(args['seconds']),
    iterations: args['iterations'] as number | undefined,
    warmups: Number(args['warmups']),
    timeoutMs: timeoutMs(args),
    onProgress: (done, total) => reporter.progress('windows', done, total),
    signal,
  });
  const virtual = isVirtual(link.path);
  reportPerformance(reporter, result, virtual);
  reporter.result({ mode: 'performance', port: link.path, virtual, ...subject, ...result });
  return 0;
}

async function accuracy(args: Arguments, link: Link, subject: Subject, context: Context): Promise<number> {
  const { reporter, signal } = context;
  const model = namedModel(args, context);
  const result = await measureAccuracy({
    link,
    samples: requiredSamples(args, subject, context),
    anomalyScore: model && reconstructionError(model),
    timeoutMs: timeoutMs(args),
    onProgress: (done, total) => reporter.progress('samples', done, total),
    signal,
  });
  reportAccuracy(reporter, result);
  const reached = reaches(args, result, reporter);
  reporter.result({ mode: 'accuracy', port: link.path, virtual: isVirtual(link.path), ...subject, ...result, reached });
  return reached ? 0 : 1;
}

function timeoutMs(args: Arguments): number {
  return Number(args['timeout']) * 1000;
}

function energyUnsupported(): KilnError {
  const what = 'energy mode needs a power monitor and an interface board, which tinykiln does not drive';
  const todo =
    "Measure it with MLPerf Tiny's public runner, and firmware that drives its timestamp pin (docs/mlperf.md).";
  return new KilnError('energy-unsupported', { where: 'kiln mlperf', what, todo });
}
