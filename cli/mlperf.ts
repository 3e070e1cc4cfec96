// MLPerf Tiny as the command line runs it: which inputs a device is given, and what is told of its figures.
import { resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import type { Quantization } from '../converter/graph/graph.js';
import type { Link } from '../device/link.js';
import { REQUIRED_SECONDS, type Accuracy, type Performance, type Sample, type Subject } from '../device/mlperf.js';
import { BoardClient } from '../device/protocol.js';
import { randomInputs } from './board.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { asTensors, readDataset, readLabelled, type DataType } from './mlperf_data.js';
import { readModel, readTensors, type Model } from './model.js';
import type { Reporter } from './reporter.js';

/** The labelled samples of the command line; undefined where it names none. @throws KilnError of their files. */
export function samplesOf(args: Arguments, subject: Subject, context: Context): Sample[] | undefined {
  const path = (name: string) => resolve(context.cwd, String(args[name]));
  const limit = args['vectors'] === undefined ? Infinity : Number(args['vectors']);
  const read = () => {
    if (args['data'] !== undefined) return readDataset(path('data'), subject.model, limit);
    if (args['input'] === undefined || args['labels'] === undefined) return undefined;
    return readLabelled(path('input'), path('labels'), limit);
  };
  const samples = read();
  const model = namedModel(args, context);
  return samples && asTensors(samples, args['type'] as DataType, model && inputQuantization(model));
}

/** Of --model. @throws KilnError of its file. */
export function namedModel(args: Arguments, { cwd }: Context): Model | undefined {
  return args['model'] === undefined ? undefined : readModel(resolve(cwd, String(args['model'])));
}

function inputQuantization({ graph }: Model): Quantization {
  return graph.tensors[graph.inputs[0]!]!.quantization!; // an int8 input has one
}

/** @throws KilnError `data-missing` where no sample is named. */
export function requiredSamples(args: Arguments, subject: Subject, context: Context): Sample[] {
  const samples = samplesOf(args, subject, context);
  if (samples) return samples;
  const what = 'accuracy is measured on labelled samples, and none are named';
  const todo = 'Give --data FOLDER with its y_labels.csv, or --input TENSORS.bin with --labels LABELS.txt.';
  throw new KilnError('data-missing', { where: '--data', what, todo });
}

/** What performance is measured with: any tensor takes as long, so that random ones do where none are named. */
export async function inputsOf(args: Arguments, subject: Subject, link: Link, context: Context): Promise<Int8Array[]> {
  const samples = samplesOf(args, subject, context);
  if (samples) return samples.map(({ inputs }) => inputs[0]!);
  const size = await inputSize(link, Number(args['timeout']) * 1000);
  if (args['input'] !== undefined) {
    const path = resolve(context.cwd, String(args['input']));
    return readTensors(path, size ?? readBytes(path).length);
  }
  if (size !== undefined) return randomInputs(5, size);
  const what = 'the board does not say how large its input is, and no data is named';
  const todo = 'Give --data FOLDER, or one tensor with --input TENSOR.bin.';
  throw new KilnError('data-missing', { where: `port ${link.path}`, what, todo });
}

/** Of our own firmware, which tells; undefined of another's. */
async function inputSize(link: Link, timeoutMs: number): Promise<number | undefined> {
  const board = await BoardClient.connect(link, timeoutMs);
  return (await board.isOurs()) ? (await board.info()).inputSize : undefined;
}

/**
 * How far a reconstruction is from its input: the mean squared error of real values, by the model's input quantization.
 * @returns undefined of results that are not as many as the input, and so no reconstruction.
 */
export function reconstructionError(
  model: Model,
): (input: Int8Array, results: readonly number[]) => number | undefined {
  const { scale, zeroPoint } = inputQuantization(model);
  const real = (q: number) => scale[0]! * (q - zeroPoint[0]!);
  return (input, results) => {
    if (results.length !== input.length) return undefined;
    return results.reduce((sum, result, i) => sum + (result - real(input[i]!)) ** 2, 0) / input.length;
  };
}

export function reportPerformance(reporter: Reporter, result: Performance, virtual: boolean): void {
  reporter.table(
    ['window', 'inferences', 'seconds', 'inferences/s'],
    result.windows.map(({ iterations, seconds, throughput }, i) => [
      i + 1,
      iterations,
      seconds.toFixed(3),
      throughput.toFixed(3),
    ]),
  );
  const { throughput, latencyMs } = result;
  reporter.line(`median throughput ${throughput.toFixed(3)} inferences/s, one takes ${latencyMs.toFixed(3)} ms`);
  if (!result.longEnough) reporter.notice(`a window is shorter than ${REQUIRED_SECONDS} s: not for a submission`);
  for (const notice of clockNotices(result, virtual)) reporter.notice(notice);
}

/** A serial command takes milliseconds, a window 10 s: what is off by more is the clock. */
const CLOCK_TOLERANCE = 0.05;

function clockNotices({ clockRatio, longEnough }: Performance, virtual: boolean): string[] {
  const seconds = clockRatio.toPrecision(3);
  if (virtual)
    return [`emulator: its clock counts instructions (${seconds} s of it for one here); no hardware has these figures`];
  if (!longEnough || Math.abs(clockRatio - 1) <= CLOCK_TOLERANCE) return [];
  return [`the board's clock counts ${seconds} s for one second here: check its crystal's frequency in the firmware`];
}

export function reportAccuracy(reporter: Reporter, { samples, top1, auc }: Accuracy): void {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  if (top1 !== undefined) reporter.line(`top-1 accuracy ${percent(top1)} of ${samples} samples`);
  reporter.line(
    auc === undefined
      ? 'area under the ROC curve: none, as a class has no sample'
      : `area under the ROC curve ${auc.toFixed(3)}`,
  );
}

/** Whether what the command line requires is reached; says what is not. @throws KilnError `requirement-unmeasured`. */
export function reaches(args: Arguments, { top1, auc }: Accuracy, reporter: Reporter): boolean {
  const required: [string, number | undefined, unknown][] = [
    ['min-accuracy', top1, args['min-accuracy']],
    ['min-auc', auc, args['min-auc']],
  ];
  const failed = required.filter(
    ([option, measured, minimum]) => minimum !== undefined && below(option, measured, Number(minimum)),
  );
  for (const [option, measured, minimum] of failed)
    reporter.line(`--${option} ${Number(minimum)} is not reached: ${measured!.toFixed(4)}`);
  return failed.length === 0;
}

function below(option: string, measured: number | undefined, minimum: number): boolean {
  if (minimum > 1) {
    const todo = `Give a share, such as --${option} 0.9.`;
    throw new KilnError('usage', { where: `--${option}`, what: `${minimum} is more than all`, todo });
  }
  if (measured !== undefined) return measured < minimum;
  const what = 'these samples and scores do not give it';
  const todo = 'Top-1 needs a score for each class; the ROC curve needs samples of every class.';
  throw new KilnError('requirement-unmeasured', { where: `--${option}`, what, todo });
}
