// kiln validate from the outside: a model from elsewhere, its firmware on the virtual board, the report and the receipt.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinTensors } from '../../base/bytes.js';
import { sha256 } from '../../base/files.js';
import { randomInputs } from '../../cli/board.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { startVirtualBoard, stopVirtualBoard } from '../../device/virtual/qemu.js';
import { kiln } from '../cli/kiln.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { withFlippedBit } from './patched_elf.js';
import { BOARD } from './workbench.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-validate-'));
const file = (...names: string[]) => join(folder, ...names);
const model = file('net.tflite');
const vectors = randomInputs(9, 60);
const virtual = file('build', 'virtual');
const elf = file('build', 'firmware', 'build', 'firmware.elf');

const validate = (...more: string[]) =>
  kiln('validate', '--against', model, '-C', folder, '-i', file('vectors.bin'), '--vectors', '6', ...more);

beforeAll(async () => {
  writeFileSync(model, writeTflite(KERNEL_CASES['ds_cnn']!['all_ops']!));
  writeFileSync(file('vectors.bin'), joinTensors(vectors));
  for (const command of [['project', model, '--board', BOARD.name, '--name', 'net'], ['build'], ['flash']]) {
    expect(await kiln(...command, '-C', folder)).toMatchObject({ code: 0 });
  }
});
afterAll(async () => {
  await stopVirtualBoard(virtual, BOARD.name);
  rmSync(folder, { recursive: true, force: true });
});

describe('kiln validate', () => {
  it('says what was proven, of what, and at which cost', async () => {
    const { code, out, err } = await validate();
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/6 of 6 vectors equal, byte for byte \([\d.]+ s by frames, build [0-9a-f]{12}\)/);
    expect(out).toMatch(/one inference: [\d,]+ instructions .*emulator/);
    expect(out).toMatch(/stack at most \d+ B of 4\.0 KiB, arena \d+ B of \d+ B/);
  });

  it('keeps a receipt, and prints the same to machines', async () => {
    const { code, out } = await validate('--port', 'auto', '--json');
    expect(code).toBe(0);
    expect(readFileSync(file('build', 'validation.json'), 'utf8')).toBe(out);
    const receipt = JSON.parse(out) as Record<string, unknown>;
    expect(receipt).toMatchObject({
      ...{
        boards: [BOARD.name],
        virtual: true,
        support: 'emulator',
        vectors: 6,
        equal: 6,
        by: 'frames',
        compared: 'bytes',
      },
      ...{
        modelHash: sha256(readFileSync(model)).slice(0, 16),
        vectorsSha256: sha256(joinTensors(vectors.slice(0, 6))),
      },
      ...{ tinykiln: expect.any(String) as string, node: process.version, line: { damaged: 0, restarts: 0 }, log: [] },
    });
    expect(receipt['microseconds']).toEqual(expect.objectContaining({ min: expect.any(Number) as number }));
  });

  it('takes a speed', async () => expect(await validate('--speed', '921600')).toMatchObject({ code: 0 }));

  it('names the layer of a flipped bit, and ends with 1', async () => {
    const symbol = /case 0:\s+(\w+)_run/.exec(readFileSync(file('build', 'firmware', 'model', 'model.c'), 'utf8'))![1]!;
    withFlippedBit(elf, `${symbol}_weights`, 20, 6, file('flipped.elf'));
    await startVirtualBoard(BOARD, file('flipped.elf'), { folder: virtual });
    const { code, out } = await validate();
    expect(code).toBe(1);
    expect(out).toMatch(/vector \d: output \d is -?\d+, expected -?\d+/);
    const first =
      /layer 0 \(CONV_2D [^)]*\) is the first that differs, in vector \d: element \d+ is 0x[0-9a-f]{2}, expected 0x/;
    expect(out).toMatch(first);
  });
});
