// Firmware for every board that tinykiln has a port for, compiled and measured; docs/boards.md shows what came out, and
// `npm run boards:table` writes it anew where that is no longer so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import type { Sizes } from '../../device/size/measure.js';
import { APP_OVERHEAD, loadBoards, renderProject, type BareBoard } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { COMPILE, FirmwareBuilder, type Firmware } from './firmware.js';
import { EXAMPLE_MODELS } from './models.js';
import { SketchBuilder } from './sketches.js';
import { boardTable, nearlySame, sizeTable, sketchTable, tableIn, withTables } from './tables.js';

const DOCUMENT = join(packageRoot(), 'docs', 'boards.md');
const WORKERS = 2;
/** Of sizes: a kernel that grows by some bytes is no news here. */
const TOLERANCE = 0.03;

const builder = new FirmwareBuilder();
const sketches = new SketchBuilder();
afterAll(() => [builder, sketches].forEach((one) => one.remove()));

const boards = loadBoards();
const bare = boards.filter((board): board is BareBoard => board.framework === 'bare');
const arm = boards.filter((board) => board.framework === 'arduino' && board.core.startsWith('cortex-'));
const titles = EXAMPLE_MODELS.map(({ title }) => title);

/** Every board and model, in order; undefined where the firmware does not fit. */
async function buildAll(): Promise<(Firmware | undefined)[][]> {
  const results: (Firmware | undefined)[][] = bare.map(() => []);
  const jobs = EXAMPLE_MODELS.flatMap((model, m) => bare.map((board, b) => ({ model, m, board, b })));
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      results[job.b]![job.m] = await builder.build(job.board, job.model);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return results;
}

/** The table of the document, where that says nearly the same. */
function unlessNew(document: string, name: string, found: string): string {
  const said = tableIn(document, name);
  return nearlySame(said, found, TOLERANCE) ? said : found;
}

/** Of every Arduino board with an ARM core, whose core is not at hand. */
function buildSketches(): Promise<Sizes[][]> {
  return Promise.all(arm.map((board) => Promise.all(EXAMPLE_MODELS.map((model) => sketches.build(board, model)))));
}

function checkStack(name: string, { bytes, reserved, unknown }: Firmware['stack']): void {
  expect(unknown, name).toEqual([]);
  expect(bytes, name).toBeLessThanOrEqual(reserved);
}

it('compiles for every board without a warning, and links where it can, within its stack; docs/boards.md has the sizes', async () => {
  const built = await buildAll();
  built.forEach((ofBoard, i) => {
    const { name, stack: reserved } = bare[i]!;
    expect(ofBoard[0], name).toBeDefined();
    const { sizes } = ofBoard[0]!;
    expect(sizes.flash).toBeGreaterThanOrEqual(APP_OVERHEAD.flash);
    expect(sizes.ram - reserved).toBeGreaterThanOrEqual(APP_OVERHEAD.ram);
    for (const firmware of ofBoard) if (firmware) checkStack(name, firmware.stack);
  });
  const document = readFileSync(DOCUMENT, 'utf8');
  const tables = {
    boards: boardTable(boards),
    sizes: unlessNew(document, 'sizes', sizeTable(bare, titles, built)),
    sketches: unlessNew(document, 'sketches', sketchTable(arm, titles, await buildSketches())),
  };
  await expect(withTables(document, tables)).toMatchFileSnapshot(DOCUMENT);
}, 300_000);

it.each(boards.map((board) => [board.name, board] as const))('writes a project for %s', (_, board) => {
  const files = renderProject({ board, name: TINY.name, model: TINY_FILES });
  const entry = board.framework === 'bare' ? 'CMakeLists.txt' : `${TINY.name}/${TINY.name}.ino`;
  expect(files.map(({ path }) => path)).toContain(entry);
});

it('compiles with the flags of the CMake project', () => {
  const files = renderProject({ board: bare[0]!, name: TINY.name, model: TINY_FILES });
  const cmake = files.find(({ path }) => path === 'CMakeLists.txt')!.text;
  for (const flag of COMPILE) expect(cmake).toContain(flag);
});

it('tells sizes that are nearly the same from others', () => {
  expect(nearlySame('| `f446` | 1000 / 20 |', '| `f446` | 1029 / 20 |', TOLERANCE)).toBe(true);
  expect(nearlySame('| `f446` | 1000 / 20 |', '| `f446` | 1040 / 20 |', TOLERANCE)).toBe(false);
  expect(nearlySame('| `f446` | 1000 |', '| `f446` | — |', TOLERANCE)).toBe(false);
});
