// An int8 .tflite as the commands use it: its bytes, its graph, its sizes.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KilnError } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import { elements, type Graph } from '../converter/graph/graph.js';
import { prepared } from '../converter/loaders/tflite.js';
import { readTflite } from '../converter/tflite/reader.js';
import { writeTflite } from '../converter/tflite/writer.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { readFloatModel } from './conversion.js';
import { pathsOf } from './project.js';

export interface Model {
  path: string;
  bytes: Uint8Array;
  graph: Graph;
  /** Elements, and so bytes, of all inputs and of all outputs; where there are several, vectors have one after the other. */
  inputSize: number;
  outputSize: number;
}

/** The model that a command line names, or the one that the project converted. @throws KilnError of its file. */
export function modelOf(args: Arguments, { cwd, project }: Context): Model {
  const named = args['model'];
  if (typeof named === 'string') return readModel(resolve(cwd, named));
  const path = pathsOf(project).model;
  if (!existsSync(path)) {
    const todo = 'Make it with `kiln convert`, or name a .tflite file.';
    throw new KilnError('model-missing', { where: path, what: 'there is no model yet', todo });
  }
  return readModel(path);
}

/** A model of any kind that is read: a .tflite, or the model.json of a tfjs layers model. @param todo where there is no such file */
export function readGraph(path: string, todo?: string): Graph {
  return path.endsWith('.json') ? readFloatModel(path) : readTflite(readBytes(path, todo), path);
}

/** A .tflite with its float ends left out, which TFLite Micro is to compute too. @throws KilnError `file-unreadable`, `tflite-…`, `op-…` */
export function readTfliteModel(path: string): { bytes: Uint8Array; graph: Graph } {
  const file = readBytes(path);
  const raw = readTflite(file, path);
  const graph = prepared(raw);
  return { bytes: graph.ops.length === raw.ops.length ? file : writeTflite(graph), graph };
}

/** @throws KilnError as `readTfliteModel`, and `model-not-int8` */
export function readModel(path: string): Model {
  const { bytes, graph } = readTfliteModel(path);
  const size = (indices: readonly number[], what: string) => {
    const tensors = indices.map((index) => graph.tensors[index]!);
    const other = tensors.find(({ dtype }) => dtype !== 'int8');
    if (!other) return tensors.reduce((sum, { shape }) => sum + elements(shape), 0);
    const todo = 'Quantize it: `kiln convert MODEL --calibrate INPUTS.f32`.';
    throw new KilnError('model-not-int8', { where: path, what: `its ${what} is ${other.dtype}`, todo });
  };
  return { path, bytes, graph, inputSize: size(graph.inputs, 'input'), outputSize: size(graph.outputs, 'output') };
}

/** The raw tensors of a file, one after the other. @throws KilnError `tensors-size` where it holds no whole number of them. */
export function readTensors(path: string, size: number): Int8Array[] {
  const bytes = readBytes(path);
  if (bytes.length === 0 || bytes.length % size !== 0) {
    const what = `${bytes.length} B, which is no whole number of tensors of ${size} B`;
    const todo = `Give raw int8 tensors of ${size} B each, one after the other.`;
    throw new KilnError('tensors-size', { where: path, what, todo });
  }
  return Array.from(
    { length: bytes.length / size },
    (_, i) => new Int8Array(bytes.buffer, bytes.byteOffset + i * size, size),
  );
}
