// The same project under TensorFlow Lite Micro's interpreter; needs its library (TFLM_DIR) and the reference data.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { buildProject } from '../../device/build.js';
import { validate } from '../../device/validate.js';
import { renderProject, writeProject } from '../../firmware-templates/index.js';
import { sharedData } from '../shared.js';
import { BOARD, Workbench } from './workbench.js';

const tflmDirectory = process.env['TFLM_DIR'];
const model = sharedData('models', 'kws_ref_model.tflite');

describe.skipIf(!tflmDirectory || !model)('TensorFlow Lite Micro on the virtual board', () => {
  const bench = new Workbench();
  afterAll(() => bench.clear());

  const tensors = (name: string, size: number) => {
    const bytes = readFileSync(sharedData('golden', name)!);
    return Array.from({ length: 20 }, (_, i) => new Int8Array(bytes.subarray(i * size, (i + 1) * size)));
  };

  it('gives the expected bytes of MLPerf Tiny keyword spotting', async () => {
    const tflite = readFileSync(model!);
    const { files, modelHash } = compile(readTflite(tflite, 'kws'), { name: 'kws', tflite });
    writeProject(bench.project, renderProject({ board: BOARD, name: 'kws', model: files, runtime: 'tflm' }));
    const { elf } = await buildProject(bench.project, { tflmDirectory: tflmDirectory! });
    const { port } = await bench.start(elf);
    const inputs = tensors('kws01_inputs.bin', 490);
    const expected = tensors('kws01_outputs.bin', 12);
    const result = await validate({ link: await bench.open(port), modelHash, inputs, expected, timeoutMs: 10_000 });
    expect(result).toMatchObject({ vectors: 20, equal: 20, info: { runtime: 'tflm' } });
  });
});
