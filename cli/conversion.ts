// Float model → int8 .tflite, and what that costs in accuracy.
import { dirname, join } from 'node:path';
import { joinTensors } from '../base/bytes.js';
import { KilnError, messageOf } from '../base/errors.js';
import { readBytes, sha256, writeAtomic } from '../base/files.js';
import { convertInDetail, lower } from '../converter/convert.js';
import { elements, type Graph } from '../converter/graph/graph.js';
import { rememberFrames } from '../converter/passes/remember_frames.js';
import { encodeMetadata, frontendMetadata } from '../converter/metadata.js';
import { measureLayers } from '../converter/measure_layers.js';
import { createFloatInterpreter, createInterpreter } from '../converter/interpreter.js';
import { loadTfjsLayers, weightFiles } from '../converter/loaders/tfjs_layers.js';
import { trainedRanges } from '../converter/loaders/trained_ranges.js';
import { writeTflite } from '../converter/tflite/writer.js';
import { accuracyInterval } from '../trainer/accuracy_interval.js';
import { evaluate, type Evaluation } from '../trainer/evaluate.js';
import type { Examples, FeatureSet } from '../trainer/features.js';
import { FEATURE_QUANTIZATION } from '../trainer/frontend/micro_frontend.js';
import type { QuantizationReport } from '../converter/quantization/report.js';
import { percent } from './budget.js';
import type { Method } from '../converter/quantization/method.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import type { ModelKind } from '../trainer/models/architectures.js';
import { frontendSpec } from './data.js';
import type { Project } from './project.js';
import { methodChoice, reportLayers } from './quantization.js';

export interface Conversion {
  /** Hex SHA-256 of the .tflite. */
  sha256: string;
  bytes: number;
  labels: string[];
  method: Method;
  /** On the clips of the test split. */
  float: Evaluation;
  int8: Evaluation;
  /** Of int8's accuracy, 95 %, by speaker. */
  interval: readonly [low: number, high: number];
}

/** model.json with the weights that it names, beside it. @throws KilnError of its files. */
export function readFloatModel(path: string): Graph {
  const json = readJson(path);
  const weights = weightFiles(json, path).map((name) => readBytes(join(dirname(path), name)));
  return loadTfjsLayers(json, Buffer.concat(weights), path);
}

/** What the model was trained to round to, for `convert`. @throws KilnError `file-unreadable`, `model-json` */
export function readTrainedRanges(path: string): ReturnType<typeof trainedRanges> {
  return trainedRanges(readJson(path), path);
}

function readJson(path: string): unknown {
  const text = readBytes(path, 'Train a model with `kiln train`, or name a model.json.').toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = `is not JSON: ${messageOf(error)}`;
    throw new KilnError('model-json', { where: path, what, todo: 'Give the model.json of a tfjs layers model.' });
  }
}

/**
 * Raw float32 tensors that calibrate a model from elsewhere.
 * @param size values of one calibration input: of all the model's inputs, one behind the other
 * @throws KilnError `tensors-size`
 */
export function readCalibration(path: string, size: number): Float32Array[] {
  const bytes = readBytes(path);
  if (bytes.length === 0 || bytes.length % (4 * size) !== 0) {
    const what = `${bytes.length} B, which is no whole number of tensors of ${size} float32 values`;
    throw new KilnError('tensors-size', { where: path, what, todo: 'Give raw little-endian float32 tensors.' });
  }
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  return Array.from({ length: values.length / size }, (_, i) => values.subarray(i * size, (i + 1) * size));
}

/**
 * Quantizes what was trained, calibrated on clean training clips; writes model.tflite, the test split's tensors for
 * validation, and the comparison of float and int8 on it.
 */
export function convertTrained(
  { config, paths }: Project,
  features: FeatureSet,
  context: Context,
  args: Arguments = {},
): Conversion & { quantization: QuantizationReport | undefined } {
  const trained = join(paths.train, 'model.json');
  const [float, ranges] = [deployed(readFloatModel(trained), config.model.kind), readTrainedRanges(trained)];
  const size = elements(float.tensors[float.inputs[0]!]!.shape);
  const calibration = pieces(spread(clips(features, 'train'), config.quantize.calibration), size).map(toFloat);
  const frontend = frontendMetadata(config.frontend.kind, frontendSpec(config));
  const metadata = encodeMetadata({ labels: features.labels, frontend });
  const method = methodChoice(config.quantize, args);
  const given = { inputQuantization: FEATURE_QUANTIZATION, ranges };
  const found = convertInDetail(float, { calibration, ...given, method, metadata });
  const quantization = reportLayers(found, calibration, args, context);
  const layers = quantization ?? measureLayers(found, calibration);
  const int8 = found.graph;
  const tflite = writeTflite(int8);
  const comparison = compare(float, int8, features, context);
  const conversion = {
    sha256: sha256(tflite),
    bytes: tflite.length,
    labels: features.labels,
    method: found.method,
    ...comparison,
  };
  const tests = clips(features, 'test');
  writeAtomic(paths.model, tflite);
  writeAtomic(paths.vectors, joinTensors(pieces(spread(tests, tests.length), size)));
  const weights = sha256(readBytes(join(paths.train, 'weights.bin')));
  const measured = { model: conversion.sha256.slice(0, 16), weights, ...layers };
  writeAtomic(paths.quantization, `${JSON.stringify(measured, null, 2)}\n`);
  writeAtomic(paths.conversion, `${JSON.stringify(conversion, null, 2)}\n`);
  return { ...conversion, quantization };
}

/** The float model as the device runs it: a stream's takes one frame where its training took a window. */
export function deployed(float: Graph, kind: ModelKind): Graph {
  return kind === 'svdf-stream' ? rememberFrames(lower(float)) : float;
}

/** What the model takes at a time: whole clips, or their frames one after the other. */
function pieces(clips: readonly Int8Array[], size: number): Int8Array[] {
  return clips.flatMap((clip) =>
    Array.from({ length: clip.length / size }, (_, i) => clip.subarray(i * size, (i + 1) * size)),
  );
}

/** The clean clips of a split, as model inputs. */
function clips({ splits, shape }: FeatureSet, split: 'train' | 'test'): Int8Array[] {
  const { x, n, variants }: Examples = splits[split];
  const size = shape[0] * shape[1];
  return Array.from({ length: n }, (_, i) => x.subarray(i * variants * size, (i * variants + 1) * size));
}

/** `count` items in an order in which every start of the list goes through all of it: classes lie together in a split. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const step = stride(items.length);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => items[(i * step) % items.length]!);
}

/** A number near 0.618 n that has no factor in common with n. */
function stride(n: number): number {
  let step = Math.max(1, Math.round(n * 0.618));
  while (gcd(step, n) !== 1) step++;
  return step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function toFloat(features: Int8Array): Float32Array {
  const { scale, zeroPoint } = FEATURE_QUANTIZATION;
  return Float32Array.from(features, (q) => (q - zeroPoint) * scale);
}

function compare(float: Graph, int8: Graph, features: FeatureSet, { reporter }: Context) {
  const [reference, quantized] = [createFloatInterpreter(float), createInterpreter(int8)];
  const inputs = clips(features, 'test');
  const classes = features.labels.length;
  const scores = { float: new Float32Array(inputs.length * classes), int8: new Int8Array(inputs.length * classes) };
  inputs.forEach((input, i) => {
    reference.reset();
    quantized.reset();
    for (const piece of pieces([input], quantized.inputSize)) {
      reference.invoke(toFloat(piece), scores.float.subarray(i * classes, (i + 1) * classes));
      quantized.invoke(piece, scores.int8.subarray(i * classes, (i + 1) * classes));
    }
    reporter.progress('evaluate', i + 1, inputs.length);
  });
  const { y, speakers } = features.splits.test;
  const interval = accuracyInterval(scores.int8, y, speakers);
  return { float: evaluate(scores.float, y, classes), int8: evaluate(scores.int8, y, classes), interval };
}

export function reportConversion({ reporter }: Context, { labels, float, int8, interval, bytes }: Conversion): void {
  const short = labels.map((label) => label.slice(0, 9));
  reporter.table(
    ['true \\ int8', ...short, 'recall'],
    int8.confusion.map((row, i) => [labels[i]!, ...row.map((n) => n || '·'), percent(int8.recall[i]!)]),
  );
  const loss = 100 * (float.accuracy - int8.accuracy);
  reporter.line(
    `test split, ${int8.examples} clips: float ${percent(float.accuracy)}, int8 ${percent(int8.accuracy)} ` +
      `(95 % by speaker: ${interval.map(percent).join(' to ')}) ` +
      `(float − int8 ${loss.toFixed(2)} points); model ${bytes.toLocaleString('en')} B`,
  );
}
