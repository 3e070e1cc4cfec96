// What `kiln inspect --board` and `kiln size --estimate` say, and what is refused; tests/boards/firmware.test.ts holds estimates to builds.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { estimateNetwork } from '../../cli/estimate.js';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { loadBoard } from '../../firmware-templates/index.js';
import { kiln } from '../cli/kiln.js';
import { perceptron } from '../kernels/perceptron.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-estimate-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an estimate', () => {
  it('is what `kiln inspect --board` says', async () => {
    const file = join(folder, 'model.tflite');
    writeFileSync(file, writeTflite(perceptron(16, 4)));
    const { code, out } = await kiln('inspect', file, '--board', 'virtual-stm32f405');
    expect(code).toBe(0);
    expect(out).toMatch(/estimate for virtual-stm32f405: flash [\d.]+ KiB, RAM [\d.]+ KiB, [\d,]+ instructions/);
  });

  it('is refused where nothing was measured', () => {
    const compiled = compile(perceptron(16, 4), { name: 'model', tflite: new Uint8Array() });
    const on = (board: string) => () => estimateNetwork({ compiled }, loadBoard(board));
    expect(on('esp32-s3')).toThrow('no costs of xtensa-lx7 are known');
    expect(on('raspberry-pi-pico')).toThrow('no costs of its application are known');
  });
});
