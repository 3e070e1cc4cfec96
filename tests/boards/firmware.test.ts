// Firmware for every board that tinykiln has a port for, compiled and measured; docs/boards.md shows what came out
// (`npm run boards:table` writes it anew).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import type { Sizes } from '../../device/size.js';
import { APP_OVERHEAD, loadBoards, renderProject, type BareBoard } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { COMPILE, FirmwareBuilder } from './firmware.js';
import { EXAMPLE_MODELS } from './models.js';
import { boardTable, sizeTable, withTables } from './tables.js';

const DOCUMENT = join(packageRoot(), 'docs', 'boards.md');
const WORKERS = 2;

const builder = new FirmwareBuilder();
afterAll(() => builder.remove());

const boards = loadBoards();
const bare = boards.filter((board): board is BareBoard => board.framework === 'bare');

/** Sizes of every board and model, in order; undefined where the firmware does not fit. */
async function buildAll(): Promise<(Sizes | undefined)[][]> {
  const results: (Sizes | undefined)[][] = bare.map(() => []);
  const jobs = EXAMPLE_MODELS.flatMap((model, m) => bare.map((board, b) => ({ model, m, board, b })));
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      results[job.b]![job.m] = await builder.build(job.board, job.model);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return results;
}

it('compiles and links for every board without a warning; docs/boards.md has the sizes', async () => {
  const sizes = await buildAll();
  sizes.forEach(([alone], i) => {
    expect(alone, bare[i]!.name).toBeDefined();
    expect(alone!.flash).toBeGreaterThanOrEqual(APP_OVERHEAD.flash);
    expect(alone!.ram - bare[i]!.stack).toBeGreaterThanOrEqual(APP_OVERHEAD.ram);
  });
  const titles = EXAMPLE_MODELS.map(({ title }) => title);
  const tables = { boards: boardTable(boards), sizes: sizeTable(bare, titles, sizes) };
  await expect(withTables(readFileSync(DOCUMENT, 'utf8'), tables)).toMatchFileSnapshot(DOCUMENT);
}, 240_000);

it('compiles with the flags of the CMake project', () => {
  const files = renderProject({ board: bare[0]!, name: TINY.name, model: TINY_FILES });
  const cmake = files.find(({ path }) => path === 'CMakeLists.txt')!.text;
  for (const flag of COMPILE) expect(cmake).toContain(flag);
});
