// Estimates against what is built: every board of docs/boards.md, whose sizes another test holds to the builds.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { bench } from '../../cli/benching.js';
import { randomInputs } from '../../cli/board.js';
import { estimate } from '../../cli/estimate.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { findProgram } from '../../device/tools.js';
import { loadBenchTarget, loadBoard } from '../../firmware-templates/index.js';
import { kiln } from '../cli/kiln.js';
import { perceptron } from '../kernels/perceptron.js';
import { hasArm } from '../kernels/toolchain.js';
import { EXAMPLE_MODELS } from './models.js';
import { tableIn } from './tables.js';

const SHARE = 0.05;
const EXAMPLES = EXAMPLE_MODELS.filter(({ graph }) => graph !== undefined);

/** Rows of the table: the board, and of each model flash, RAM and stack, or a dash. */
const rows = tableIn(readFileSync(join(packageRoot(), 'docs', 'boards.md'), 'utf8'), 'sizes')
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

const built = rows.flatMap(([, board, ...cells]) =>
  EXAMPLES.flatMap(({ title, graph }, i) => {
    const [flash, ram] = cells[i + 1]!.split(' / ').map(Number);
    return ram === undefined ? [] : [{ board: board!, title, graph: graph!, flash: flash!, ram }];
  }),
);

describe('estimate', () => {
  it('is within 5 % of the flash and RAM of every example on every board', () => {
    const off = (is: number, was: number) => (is - was) / was;
    const errors = built.map(({ board, title, graph, flash, ram }) => {
      const said = estimate(graph, new Uint8Array(), loadBoard(board));
      return { board, title, flash: off(said.flash, flash), ram: off(said.ram, ram) };
    });
    expect(errors.length).toBeGreaterThan(25);
    const lines = errors.map((of) => `${of.board} ${of.title}: flash ${percent(of.flash)}, RAM ${percent(of.ram)}\n`);
    process.stdout.write(['estimate against build\n', ...lines].join(''));
    expect(errors.filter(({ flash, ram }) => Math.max(Math.abs(flash), Math.abs(ram)) > SHARE)).toEqual([]);
  });

  it.skipIf(!hasArm || !findProgram('qemu-system-arm'))(
    'is within 10 % of the instructions of a model that nothing was fitted to',
    () => {
      const graph = perceptron(64, 16, 4);
      const bytes = writeTflite(graph);
      const model = { path: 'perceptron', bytes, graph, inputSize: 32, outputSize: 4 };
      const counted = bench(model, loadBenchTarget('virtual-cortex-m4'), randomInputs(1, 32)).instructions;
      const said = estimate(graph, bytes, loadBoard('virtual-stm32f405')).instructions;
      expect(Math.abs(said / counted - 1)).toBeLessThan(0.1);
    },
    60_000,
  );

  it('is what `kiln inspect --board` says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinykiln-estimate-'));
    const file = join(folder, 'model.tflite');
    writeFileSync(file, writeTflite(perceptron(16, 4)));
    const { code, out } = await kiln('inspect', file, '--board', 'virtual-stm32f405');
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    expect(out).toMatch(/estimate for virtual-stm32f405: flash [\d.]+ KiB, RAM [\d.]+ KiB, [\d,]+ instructions/);
  });

  it('is refused where nothing was measured', () => {
    const { graph } = EXAMPLES[0]!;
    expect(() => estimate(graph!, new Uint8Array(), loadBoard('esp32-s3'))).toThrow('no costs of xtensa-lx7 are known');
    expect(() => estimate(graph!, new Uint8Array(), loadBoard('raspberry-pi-pico'))).toThrow(
      'no costs of its application are known',
    );
  });
});

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
