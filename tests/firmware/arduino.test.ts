// A sketch for a real Arduino core: compiled as the IDE does, run in simavr, validated over its serial port.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { openLink } from '../../device/link.js';
import { validate } from '../../device/validate.js';
import { loadBoard, renderProject, writeProject, type ProjectKind } from '../../firmware-templates/index.js';
import { dsCnnCases } from '../kernels/cases/ds_cnn.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';
import { readVectors } from '../kernels/vectors.js';
import { compileSketch, hasArduino, hasSimavr, startAvr } from './avr/arduino.js';

const MEGA = loadBoard('arduino-mega-2560');
const FQBN = MEGA.arduino!.fqbn;
const graph = dsCnnCases['all_ops']!;
const { files: model, modelHash } = compile(graph, { name: 'small', tflite: writeTflite(graph), core: MEGA.kernels });

describe.skipIf(!hasArduino)('an Arduino core', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-arduino-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (kind: ProjectKind) => {
    writeProject(join(folder, kind), renderProject({ board: MEGA, name: 'small', kind, model }));
    return join(folder, kind);
  };

  it.skipIf(!hasSimavr)('runs the sketch in 8 KB of RAM and gives the bytes of tflite-micro', async () => {
    const sketch = compileSketch(join(written('arduino'), 'small/small.ino'), join(folder, 'sketch'), FQBN);
    expect(sketch.warnings).toEqual([]);
    expect(sketch.ram + MEGA.stack).toBeLessThan(MEGA.memory.ram.size);
    const { inputs, outputs } = readVectors('ds_cnn')['all_ops']!;
    const more = randomInputs(7, 43, inputs[0]!.length);
    const board = await startAvr(folder, sketch.elf);
    const link = await openLink(board.port);
    try {
      const vectors = { inputs: [...inputs, ...more], expected: [...outputs, ...interpreted(graph, more)] };
      const result = await validate({ link, modelHash, ...vectors, timeoutMs: 20_000 });
      expect(result).toMatchObject({ vectors: 50, equal: 50, by: 'frames', info: { runtime: 'compiled' } });
    } finally {
      await link.close();
      await board.stop();
    }
  });

  it.each(['Infer', 'Validate'])('compiles the library with its example %s', (example) => {
    const libraries = written('arduino-library');
    const ino = join(libraries, `small/examples/${example}/${example}.ino`);
    expect(compileSketch(ino, join(folder, example), FQBN, libraries).warnings).toEqual([]);
  });
});
