// Our kernels against TFLite Micro's, by vectors that it computed from the .tflite files that we write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { createInterpreter } from '../../converter/interpreter.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const folder = join(packageRoot(), 'tests', 'kernels');

interface Vectors {
  /** `inputs` and `outputs` are base64 of int8 values, one vector after the other. */
  cases: Record<string, { vectors: number; inputs: string; outputs: string }>;
}

function int8(base64: string): Int8Array {
  return new Int8Array(Buffer.from(base64, 'base64'));
}

describe.each(Object.entries(KERNEL_CASES))('%s', (op, cases) => {
  const { cases: vectors } = JSON.parse(readFileSync(join(folder, `${op}.json`), 'utf8')) as Vectors;

  it('writes the models that the vectors were computed from', async () => {
    const models = Object.entries(cases).map(([name, graph]) => [
      name,
      Buffer.from(writeTflite(graph)).toString('base64'),
    ]);
    const text = JSON.stringify(Object.fromEntries(models), null, 2) + '\n';
    await expect(text).toMatchFileSnapshot(join(folder, `${op}.models.json`));
  });

  it.each(Object.entries(cases))('%s equals TFLite Micro', (name, graph) => {
    const interpreter = createInterpreter(readTflite(writeTflite(graph), name));
    const expected = vectors[name]!;
    const inputs = int8(expected.inputs);
    const outputs = new Int8Array(int8(expected.outputs).length);
    const { inputSize, outputSize } = interpreter;
    for (let i = 0; i < expected.vectors; i++) {
      interpreter.invoke(
        inputs.subarray(i * inputSize, (i + 1) * inputSize),
        outputs.subarray(i * outputSize, (i + 1) * outputSize),
      );
    }
    expect(outputs).toEqual(int8(expected.outputs));
    expect(outputs.length).toBe(expected.vectors * outputSize);
  });
});
