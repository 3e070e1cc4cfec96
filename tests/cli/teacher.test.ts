// A ready-made model as a teacher: who it is, and what it says of each row in the student's order of classes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { logitsTensor, readTeacher, teacherLogits } from '../../cli/teacher.js';
import { encodeMetadata, frontendMetadata } from '../../converter/metadata.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { sharedData } from '../shared.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-teacher-'));
afterAll(() => rmSync(folder, { recursive: true }));

const graph = KERNEL_CASES['ds_cnn']!['all_ops']!;
const elements = (tensor: number) => graph.tensors[tensor]!.shape.reduce((product, n) => product * n, 1);
const [inputSize, classes] = [elements(graph.inputs[0]!), elements(graph.outputs[0]!)];
const LABELS = Array.from({ length: classes }, (_, i) => `word ${i}`);

function teacherFile(labels: string[]): string {
  const path = join(folder, 'teacher.tflite');
  const metadata = encodeMetadata({ labels, frontend: frontendMetadata('log-mel', {}) });
  writeFileSync(path, writeTflite({ ...graph, metadata }));
  return path;
}

function featuresOf(labels: string[]) {
  const random = new Random(1);
  const x = Int8Array.from({ length: 4 * inputSize }, () => random.integer(256) - 128);
  const train = { x, y: Uint8Array.of(0, 1), n: 2, variants: 2, speakers: [] };
  const none = { ...train, x: new Int8Array(0), y: new Uint8Array(0), n: 0 };
  return { labels, shape: [1, inputSize] as [number, number], hash: 'h', splits: { train, val: none, test: none } };
}

describe('a teacher', () => {
  it('says its logits in the order of the student, once, and then from the cache', async () => {
    const teacher = readTeacher(teacherFile(LABELS));
    expect(teacher).toMatchObject({ labels: LABELS, features: undefined });
    const order = [...LABELS].reverse();
    const features = featuresOf(order);
    let rows = 0;
    const logits = await teacherLogits(teacher, features, folder, () => rows++);
    const again = await teacherLogits(teacher, features, folder, () => rows++);
    expect(rows).toBe(4);
    expect([...again]).toEqual([...logits]);
    const read = readTflite(teacher.bytes, 'teacher');
    const tensor = logitsTensor(read);
    const { scale, zeroPoint } = read.tensors[tensor]!.quantization!;
    const net = createInterpreter(read);
    net.invoke(features.splits.train.x.subarray(0, inputSize), new Int8Array(classes));
    const own = Array.from(net.value(tensor) as Int8Array, (q) => Math.fround((q - zeroPoint[0]!) * scale[0]!));
    expect([...logits.subarray(0, classes)]).toEqual(own.reverse());
  });

  it('is refused where it lacks a class of the student', async () => {
    const teacher = readTeacher(teacherFile(LABELS));
    const fault = expect.objectContaining({ code: 'teacher-unsuited', message: expect.stringContaining('`bird`') });
    await expect(teacherLogits(teacher, featuresOf(['bird']), folder, () => {})).rejects.toThrow(fault);
  });

  it('is refused where it takes other features', async () => {
    const teacher = readTeacher(teacherFile(LABELS));
    const features = { ...featuresOf(LABELS), shape: [2, inputSize] as [number, number] };
    const fault = expect.objectContaining({ code: 'teacher-unsuited', message: expect.stringContaining('features') });
    await expect(teacherLogits(teacher, features, folder, () => {})).rejects.toThrow(fault);
  });

  it('is refused where nobody says what it listens to', () => {
    const path = join(folder, 'unknown.tflite');
    writeFileSync(path, writeTflite(graph));
    expect(() => readTeacher(path)).toThrow(expect.objectContaining({ code: 'teacher-unsuited' }));
  });

  it.skipIf(!sharedData('models', 'kws_ref_model.tflite'))('may be MLPerf Tiny’s keyword spotter', () => {
    const teacher = readTeacher(sharedData('models', 'kws_ref_model.tflite')!);
    expect(teacher.features).toBe('mlperf-mfcc');
    expect(teacher.labels).toHaveLength(12);
  });
});
