// Our kernels against TFLite Micro's, by vectors that it computed from the .tflite files that we write.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { interpreted } from '../kernels/interpreted.js';
import { expectSame } from '../kernels/same.js';
import { KERNELS_FOLDER, readVectors } from '../kernels/vectors.js';

describe.each(Object.entries(KERNEL_CASES))('%s', (op, cases) => {
  it('writes the models that the vectors were computed from', async () => {
    const models = Object.entries(cases).map(([name, graph]) => [
      name,
      Buffer.from(writeTflite(graph)).toString('base64'),
    ]);
    const text = JSON.stringify(Object.fromEntries(models), null, 2) + '\n';
    await expect(text).toMatchFileSnapshot(join(KERNELS_FOLDER, `${op}.models.json`));
  });

  it.each(Object.entries(cases))('%s equals TFLite Micro', (name, graph) => {
    const { inputs, outputs } = readVectors(op)[name]!;
    expectSame(interpreted(readTflite(writeTflite(graph), name), inputs), outputs);
    expect(inputs.length).toBeGreaterThan(0);
  });
});
