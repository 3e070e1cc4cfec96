// Labelled input tensors: a folder as MLPerf Tiny's public runner reads it (y_labels.csv), or one .bin with a list of labels.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { KilnError, messageOf } from '../base/errors.js';
import { readBytes } from '../base/files.js';
import type { Quantization } from '../converter/graph/graph.js';
import { quantizeValues } from '../converter/quantization/scales.js';
import type { Sample } from '../device/mlperf.js';

const LABELS_FILE = 'y_labels.csv';

/** What the bytes of data files are: the tensor itself, pixels that it is 128 less than, or real values to quantize. */
export const DATA_TYPES = ['int8', 'uint8', 'float32'] as const;

export type DataType = (typeof DATA_TYPES)[number];

/** Samples as the model's tensors. @param input its quantization, which real values need */
export function asTensors(samples: readonly Sample[], type: DataType, input?: Quantization): Sample[] {
  return samples.map((sample) => ({ ...sample, inputs: sample.inputs.map((bytes) => asTensor(bytes, type, input)) }));
}

function asTensor(bytes: Int8Array, type: DataType, input: Quantization | undefined): Int8Array {
  if (type === 'int8') return bytes;
  if (type === 'uint8') return bytes.map((byte) => byte ^ 0x80);
  if (!input || bytes.length % 4 !== 0) {
    const what = input ? `an input of ${bytes.length} B is no whole number of float32` : 'real values need a model';
    const todo = 'Name the .tflite with --model: its input quantization makes them int8.';
    throw new KilnError('data-type', { where: '--type float32', what, todo });
  }
  return quantizeValues(new Float32Array(bytes.slice().buffer), input);
}

interface Row {
  /** FILE:LINE, as errors name it. */
  where: string;
  /** file,classes,class and, for anomaly sets, bytes of a window and how far on the next one starts. */
  fields: readonly string[];
}

/**
 * @param path a y_labels.csv, its folder, or a folder of such folders named by model as the public runner's.
 * @param limit of the samples that are read.
 * @throws KilnError `data-missing`, `labels-invalid`, `file-unreadable`.
 */
export function readDataset(path: string, model: string, limit = Infinity): Sample[] {
  const labels = labelsFile(path, model);
  return rowsOf(labels)
    .slice(0, limit)
    .map((row) => readSample(dirname(labels), row));
}

/** The tensors of one .bin, each with its label: one integer a line, or the third field of lines like those of y_labels.csv. */
export function readLabelled(input: string, labels: string, limit = Infinity): Sample[] {
  const rows = rowsOf(labels);
  const bytes = readBytes(input);
  const size = bytes.length / rows.length;
  if (!Number.isInteger(size) || size === 0) {
    const what = `${bytes.length} B, which ${rows.length} labels do not divide into whole tensors`;
    throw new KilnError('labels-invalid', { where: input, what, todo: `Give one label of ${labels} to each tensor.` });
  }
  return rows.slice(0, limit).map((row, i) => ({
    file: `${basename(input)}[${i}]`,
    label: labelOf(row),
    inputs: [tensor(bytes, i * size, size)],
  }));
}

function labelsFile(path: string, model: string): string {
  const candidates = [path, join(path, LABELS_FILE), join(path, model, LABELS_FILE)];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  if (found) return found;
  const what = `neither it nor its folder ${model} holds a ${LABELS_FILE}`;
  const todo = `Give the folder with ${LABELS_FILE}, whose lines are file,classes,class.`;
  throw new KilnError('data-missing', { where: path, what, todo });
}

/** A first line that names the columns is passed over. */
function rowsOf(path: string): Row[] {
  let lines: { record: string[]; info: { lines: number } }[];
  try {
    const options = { relax_column_count: true, skip_empty_lines: true, trim: true, info: true } as const;
    lines = parse(readBytes(path), options) as unknown as typeof lines;
  } catch (error) {
    if (error instanceof KilnError) throw error;
    throw invalid(path, `not CSV: ${messageOf(error)}`);
  }
  const rows = lines.map(({ record, info }) => ({ where: `${path}:${info.lines}`, fields: record }));
  if (rows[0] && classField(rows[0]) === 'class') rows.shift();
  if (rows.length === 0) throw invalid(path, 'there is no label in it');
  return rows;
}

function classField({ fields }: Row): string | undefined {
  return fields.length > 1 ? fields[2] : fields[0];
}

function readSample(folder: string, row: Row): Sample {
  const [file, , , windowBytes, stride] = row.fields;
  if (!file) throw invalid(row.where, 'no file is named');
  const bytes = readBytes(join(folder, file));
  const size = windowBytes ? wholeNumber(windowBytes, row, 'bytes_to_send') : bytes.length;
  const step = stride ? wholeNumber(stride, row, 'stride') : size;
  if (size === 0 || step === 0 || size > bytes.length) {
    throw invalid(row.where, `${file} has ${bytes.length} B: no window of ${size} B every ${step} B fits`);
  }
  const windows = Math.floor((bytes.length - size) / step) + 1;
  const inputs = Array.from({ length: windows }, (_, i) => tensor(bytes, i * step, size));
  return { file, label: labelOf(row), inputs };
}

function tensor(bytes: Buffer, offset: number, size: number): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset + offset, size);
}

function labelOf(row: Row): number {
  return wholeNumber(classField(row), row, 'class');
}

function wholeNumber(text: string | undefined, { where }: Row, column: string): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw invalid(where, `${column} is ${text === undefined ? 'missing' : `"${text}"`}, not a whole number`);
}

function invalid(where: string, what: string): KilnError {
  const todo = 'Write file,classes,class in each line, the class as its index.';
  return new KilnError('labels-invalid', { where, what, todo });
}
