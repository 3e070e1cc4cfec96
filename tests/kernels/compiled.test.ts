// The compiled C against TFLite Micro: every case under the sanitizers, without optimization and with it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../base/files.js';
import { compile, type CompiledModel } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { runCompiledOnHost } from '../../device/host.js';
import { findProgram } from '../../device/tools.js';
import { renderHostProgram } from '../../firmware-templates/index.js';
import { sharedData } from '../shared.js';
import { KERNEL_CASES } from './cases.js';
import { readVectors } from './vectors.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const LEVELS = ['-O0', '-O2'];
const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-pedantic', '-Werror'];
const LANGUAGES = [
  ['gcc', '-std=c99', '-x', 'c'],
  ['clang', '-std=c99', '-x', 'c'],
  ['g++', '-std=c++17', '-x', 'c++'],
  ['arm-none-eabi-gcc', '-std=c99', '-mcpu=cortex-m4', '-x', 'c'],
];

/** The C kernels with a window take one batch. */
const compilable = ({ tensors, inputs }: Graph) =>
  tensors[inputs[0]!]!.shape.length < 4 || tensors[inputs[0]!]!.shape[0] === 1;

function compiled(graph: Graph): CompiledModel {
  return compile(graph, { name: 'model', tflite: writeTflite(graph) });
}

describe.each(Object.entries(KERNEL_CASES))('%s in C', (op, cases) => {
  const vectors = readVectors(op);
  const whole = Object.entries(cases).filter(([, graph]) => compilable(graph));

  it.each(whole)('%s equals TFLite Micro', async (name, graph) => {
    const { inputs, outputs } = vectors[name]!;
    for (const level of LEVELS) {
      const flags = ['-std=c99', level, ...SANITIZERS];
      const run = { files: compiled(graph).files, name: 'model', inputs, outputSize: outputs[0]!.length, flags };
      expect(await runCompiledOnHost(run)).toEqual(outputs);
    }
  });
});

const GOLDEN = [
  ['kws_ref_model', 'kws01', 1000],
  ['ad01_int8', 'ad', 64],
  ['micro_speech_quantized', 'mspeech', 64],
] as const;

describe.skipIf(!sharedData('golden'))('golden vectors', () => {
  it.each(GOLDEN)('%s: compiled C and interpreter equal TFLite Micro on all of %s', async (model, golden, count) => {
    const tflite = readBytes(sharedData('models', `${model}.tflite`)!);
    const graph = readTflite(tflite, model);
    const interpreter = createInterpreter(graph);
    const { inputSize, outputSize } = interpreter;
    const inputs = tensors(`${golden}_inputs.bin`, inputSize);
    const expected = tensors(`${golden}_outputs.bin`, outputSize);
    expect(inputs.length).toBe(count);
    const found = inputs.map((input) => {
      const output = new Int8Array(outputSize);
      interpreter.invoke(input, output);
      return output;
    });
    expect(found).toEqual(expected);
    const { files } = compile(graph, { name: 'model', tflite });
    const flags = ['-std=c99', '-O2', ...SANITIZERS];
    expect(await runCompiledOnHost({ files, name: 'model', inputs, outputSize, flags })).toEqual(expected);
  });
});

function tensors(file: string, size: number): Int8Array[] {
  const bytes = readBytes(sharedData('golden', file)!);
  return Array.from({ length: bytes.length / size }, (_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size)));
}

describe('generated C', () => {
  const graph = KERNEL_CASES['ds_cnn']![Object.keys(KERNEL_CASES['ds_cnn']!)[0]!]!;

  it.each(LANGUAGES.filter(([compiler]) => findProgram(compiler!)))('%s %s finds nothing to warn of', (...language) => {
    const [compiler, ...flags] = language;
    const folder = mkdtempSync(join(tmpdir(), 'tinykiln-'));
    try {
      const files = renderHostProgram(compiled(graph).files, 'model').filter(({ path }) => path !== 'main.c');
      for (const { path, text } of files) writeFileSync(join(folder, path), text);
      const sources = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
      const command = [...flags, ...WARNINGS, '-O2', '-fsyntax-only', ...sources];
      expect(spawnSync(compiler!, command, { cwd: folder, encoding: 'utf8' }).stderr).toBe('');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is the same bytes for the same model, and names no machine', () => {
    const [first, second] = [compiled(graph), compiled(graph)];
    expect(second.files).toEqual(first.files);
    for (const { text } of first.files) expect(text).not.toMatch(/\/(home|tmp|usr)\/|20\d\d-\d\d/);
  });
});
