// A ready-made model as a teacher: what it says of every variant of every training clip, computed on every core and kept on disk.
import { availableParallelism } from 'node:os';
import { KilnError } from '../base/errors.js';
import { readBytes, sha256 } from '../base/files.js';
import { elements, type Graph } from '../converter/graph/graph.js';
import { metadataOf } from '../converter/metadata.js';
import { readTflite } from '../converter/tflite/reader.js';
import type { ClipFeatures } from '../trainer/clip_frontend.js';
import { CACHE_HEADER, cacheFile, readCache, writeCache } from '../trainer/feature_cache.js';
import type { FeatureSet } from '../trainer/features.js';
import { MLPERF_MFCC_SHAPE } from '../trainer/frontend/mlperf_mfcc.js';
import { inParallel, runWorker } from '../trainer/worker_thread.js';
import type { TeacherJob } from './teacher_worker.js';

/** The classes of MLPerf Tiny's keyword spotter, which its file does not name. */
const MLPERF_LABELS = 'down go left no off on right stop up yes _silence_ _unknown_'.split(' ');

export interface Teacher {
  path: string;
  bytes: Uint8Array;
  labels: readonly string[];
  /** What it listens to: undefined where that is what the student does. */
  features: ClipFeatures | undefined;
}

/** @throws KilnError `file-unreadable`, of the file's own faults, `teacher-unsuited` */
export function readTeacher(path: string): Teacher {
  const bytes = readBytes(path);
  const graph = readTflite(bytes, path);
  const { labels, frontend } = metadataOf(graph);
  if (labels && frontend) return { path, bytes, labels, features: undefined };
  const { inputs, outputs, tensors } = graph;
  const [input, output] = [tensors[inputs[0]!]!, tensors[outputs[0]!]!];
  const isMlperf = elements(input.shape) === MLPERF_MFCC_SHAPE[0] * MLPERF_MFCC_SHAPE[1];
  if (isMlperf && elements(output.shape) === MLPERF_LABELS.length && input.dtype === 'int8') {
    return { path, bytes, labels: MLPERF_LABELS, features: 'mlperf-mfcc' };
  }
  const what = 'it does not say what it listens to, and is not MLPerf Tiny’s keyword spotter';
  throw unsuited(path, what, 'Give a model that tinykiln made, or kws_ref_model.tflite.');
}

function unsuited(where: string, what: string, todo: string): KilnError {
  return new KilnError('teacher-unsuited', { where, what, todo });
}

/**
 * The teacher's logits for each row of the training features, in the student's order of classes.
 * @param features what the teacher hears, row for row what the student does
 * @throws KilnError `teacher-unsuited` where it takes other features or lacks a class
 */
export async function teacherLogits(
  teacher: Teacher,
  features: FeatureSet,
  cacheDirectory: string,
  onRow: () => void,
): Promise<Float32Array> {
  const order = orderOf(teacher, features);
  const { n, variants } = features.splits.train;
  const rows = n * variants;
  const shared = new SharedArrayBuffer(CACHE_HEADER + rows * order.length * Float32Array.BYTES_PER_ELEMENT);
  const path = cacheFile(cacheDirectory, sha256(JSON.stringify([sha256(teacher.bytes), features.hash])));
  if (!readCache(path, new Uint8Array(shared))) {
    await judge(teacher, features, order, shared, onRow);
    writeCache(path, new Uint8Array(shared));
  }
  return new Float32Array(shared, CACHE_HEADER);
}

/** For each class of the student, where the teacher has it. */
function orderOf({ path, bytes, labels }: Teacher, features: FeatureSet): number[] {
  const graph = readTflite(bytes, path);
  const [taken, given] = [elements(graph.tensors[graph.inputs[0]!]!.shape), features.shape[0] * features.shape[1]];
  if (taken !== given) {
    const todo = 'Give a teacher that was trained with the same frontend settings.';
    throw unsuited(path, `it takes ${taken} features, and a clip has ${given}`, todo);
  }
  const order = features.labels.map((label) => labels.indexOf(label));
  const missing = features.labels.find((_, i) => order[i] === -1);
  if (missing === undefined) return order;
  throw unsuited(path, `it has no class \`${missing}\``, `Choose among its classes: ${labels.join(', ')}.`);
}

/** On every core, each with as many rows. */
async function judge(
  { path: name, bytes }: Teacher,
  { splits }: FeatureSet,
  order: number[],
  output: SharedArrayBuffer,
  onRow: () => void,
): Promise<void> {
  const { x, n, variants } = splits.train;
  const lanes = availableParallelism();
  const bound = (lane: number) => Math.floor((n * variants * lane) / lanes);
  const start = (lane: number) => () => {
    const job: TeacherJob = { bytes, name, order, x, bounds: [bound(lane), bound(lane + 1)], output };
    return runWorker<'row'>('cli/teacher_worker.js', job, onRow);
  };
  await inParallel(
    Array.from({ length: lanes }, (_, lane) => start(lane)),
    lanes,
  );
}

/** The logits: what the last op, a softmax, is given; without one the output itself. */
export function logitsTensor({ ops, outputs }: Graph): number {
  const last = ops.find((op) => op.outputs[0] === outputs[0]);
  return last?.opcode === 'SOFTMAX' ? last.inputs[0]! : outputs[0]!;
}
