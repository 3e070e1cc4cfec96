// A sketch for a real Arduino core: compiled as the IDE does, run in simavr, validated over its serial port.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { openLink } from '../../device/link.js';
import { validate } from '../../device/validate.js';
import { loadBoard, renderProject, writeProject, type ProjectKind } from '../../firmware-templates/index.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { dsCnnCases } from '../kernels/cases/ds_cnn.js';
import { interpreted } from '../kernels/interpreted.js';
import { randomInputs } from '../kernels/random_graph.js';
import { readVectors } from '../kernels/vectors.js';
import { MEGA_LOADER, avrdude, compileSketch, hasArduino, hasAvrdude, hasSimavr, startAvr } from './avr/arduino.js';

const MEGA = loadBoard('arduino-mega-2560');
const FQBN = MEGA.arduino!.fqbn;
const graph = dsCnnCases['all_ops']!;
const { files: model, modelHash } = compile(graph, { name: 'small', tflite: writeTflite(graph), core: MEGA.kernels });

const isSingle = ({ inputs, outputs }: Graph) => inputs.length === 1 && outputs.length === 1;

describe.skipIf(!hasArduino)('an Arduino core', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-arduino-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (kind: ProjectKind) => {
    writeProject(join(folder, kind), renderProject({ board: MEGA, name: 'small', kind, model }));
    return join(folder, kind);
  };

  const sketch = () => compileSketch(join(written('arduino'), 'small/small.ino'), join(folder, 'sketch'), FQBN);
  const { inputs, outputs } = readVectors('ds_cnn')['all_ops']!;
  const more = randomInputs(7, 43, inputs[0]!.length);
  const vectors = { inputs: [...inputs, ...more], expected: [...outputs, ...interpreted(graph, more)] };
  const validated = async (port: string) => {
    const link = await openLink(port);
    try {
      return await validate({ link, modelHash, ...vectors, timeoutMs: 20_000 });
    } finally {
      await link.close();
    }
  };
  const PROVEN = { vectors: 50, equal: 50, by: 'frames', info: { runtime: 'compiled' } };

  it.skipIf(!hasSimavr)('runs the sketch in 8 KB of RAM and gives the bytes of tflite-micro', async () => {
    const { elf, warnings, ram } = sketch();
    expect(warnings).toEqual([]);
    expect(ram + MEGA.stack).toBeLessThan(MEGA.memory.ram.size);
    const board = await startAvr(folder, elf);
    try {
      expect(await validated(board.port)).toMatchObject(PROVEN);
    } finally {
      await board.stop();
    }
  });

  it.skipIf(!hasSimavr || !hasAvrdude)(
    "is flashed by avrdude through the Mega's own boot loader, and runs",
    async () => {
      const { hex } = sketch();
      const board = await startAvr(folder, MEGA_LOADER);
      try {
        const method = MEGA.flash.find((one) => one.method === 'avrdude')!;
        expect(avrdude(board.port, hex, method)).toMatch(/bytes of flash verified/);
        expect(await validated(board.port)).toMatchObject(PROVEN);
      } finally {
        await board.stop();
      }
    },
  );

  // An int of 16 bits overflows where a kernel multiplies or shifts without a word of 32.
  it.skipIf(!hasSimavr).each(['add', 'log_softmax', 'mul', 'svdf'])('computes %s right in 16-bit ints', async (op) => {
    const [name, kernel] = Object.entries(KERNEL_CASES[op]!).find(([, one]) => isSingle(one))!;
    const files = compile(kernel, { name: 'one', tflite: writeTflite(kernel), core: MEGA.kernels });
    writeProject(join(folder, op), renderProject({ board: MEGA, name: 'one', model: files.files }));
    const { elf } = compileSketch(join(folder, op, 'one/one.ino'), join(folder, `${op}-build`), FQBN);
    const { inputs, outputs } = readVectors(op)[name]!;
    const board = await startAvr(folder, elf);
    const link = await openLink(board.port);
    try {
      const options = { modelHash: files.modelHash, inputs, expected: outputs, timeoutMs: 20_000 };
      expect(await validate({ link, ...options })).toMatchObject({ equal: inputs.length, mismatches: [] });
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
