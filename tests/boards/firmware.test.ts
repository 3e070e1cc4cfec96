// Firmware for every board that tinykiln has a port for, compiled, measured and compared with its estimate; docs/boards.md and
// docs/estimates.md show what came out, and `npm run boards:table` writes them anew where that is no longer so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { windowSize } from '../../cli/detector_model.js';
import { compile } from '../../converter/compile.js';
import { constantBytes, memoryBytes } from '../../converter/detectors/program.js';
import type { Sizes } from '../../device/size/measure.js';
import {
  APP_OVERHEAD,
  checkFit,
  loadBoard,
  loadBoards,
  renderProject,
  type BareBoard,
} from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { countedCores, instructionError, sizeError } from './estimates.js';
import {
  APPLICATION,
  detectorExample,
  NETWORK_EXAMPLES,
  networkExample,
  sourcesIn,
  type DetectorExample,
  type ExampleModel,
} from './examples.js';
import { COMPILE, FirmwareBuilder, OPTIMIZE, type Firmware } from './firmware.js';
import { SketchBuilder } from './sketches.js';
import {
  boardTable,
  countTable,
  nearlySame,
  sizeErrorTable,
  sizeTable,
  sketchTable,
  tableIn,
  withTables,
} from './tables.js';

const BOARDS = join(packageRoot(), 'docs', 'boards.md');
const ESTIMATES = join(packageRoot(), 'docs', 'estimates.md');
const WORKERS = 2;
/** Of sizes: a kernel that grows by some bytes is no news here. */
const TOLERANCE = 0.03;
/** Of errors in percent: a compiler of another version is no news either. */
const POINTS = 1;
/** What an estimate may be off: of bytes, and of instructions. */
const LIMITS = { size: 0.05, instructions: 0.1 };

const builder = new FirmwareBuilder();
const sketches = new SketchBuilder();
afterAll(() => [builder, sketches].forEach((one) => one.remove()));

const boards = loadBoards();
const bare = boards.filter((board): board is BareBoard => board.framework === 'bare');
const arm = boards.filter((board) => board.framework === 'arduino' && board.core.startsWith('cortex-'));
const networks = NETWORK_EXAMPLES.map(networkExample);
let detector: DetectorExample;
let models: ExampleModel[];
/** Every board and model, in order; undefined where the firmware does not fit. */
let built: (Firmware | undefined)[][];

beforeAll(async () => {
  detector = await detectorExample();
  models = [APPLICATION, ...networks, detector];
  built = await buildAll();
}, 300_000);

async function buildAll(): Promise<(Firmware | undefined)[][]> {
  const results: (Firmware | undefined)[][] = bare.map(() => []);
  const jobs = models.flatMap((model, m) => bare.map((board, b) => ({ model, m, board, b })));
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
function buildSketches(of: readonly ExampleModel[]): Promise<Sizes[][]> {
  return Promise.all(arm.map((board) => Promise.all(of.map((model) => sketches.build(board, model)))));
}

function checkStack(name: string, { bytes, reserved, unknown }: Firmware['stack']): void {
  expect(unknown, name).toEqual([]);
  expect(bytes, name).toBeLessThanOrEqual(reserved);
}

it('compiles for every board without a warning, and links where it can, within its stack; docs/boards.md has the sizes', async () => {
  built.forEach((ofBoard, i) => {
    const { name, stack: reserved } = bare[i]!;
    expect(ofBoard[0], name).toBeDefined();
    const { sizes } = ofBoard[0]!;
    expect(sizes.flash).toBeGreaterThanOrEqual(APP_OVERHEAD.flash);
    expect(sizes.ram - reserved).toBeGreaterThanOrEqual(APP_OVERHEAD.ram);
    for (const firmware of ofBoard) if (firmware) checkStack(name, firmware.stack);
  });
  const document = readFileSync(BOARDS, 'utf8');
  const sketched = [APPLICATION, networks[0]!, detector];
  const titles = (of: readonly ExampleModel[]) => of.map(({ title }) => title);
  const tables = {
    boards: boardTable(boards),
    sizes: unlessNew(document, 'sizes', sizeTable(bare, titles(models), built)),
    sketches: unlessNew(document, 'sketches', sketchTable(arm, titles(sketched), await buildSketches(sketched))),
  };
  await expect(withTables(document, tables)).toMatchFileSnapshot(BOARDS);
}, 300_000);

it('is estimated within 5 % of its bytes and 10 % of its instructions; docs/estimates.md has the errors', async () => {
  const examples = [...networks, detector];
  const sizes = bare.flatMap((board, b) =>
    examples.flatMap((example, e) => {
      const firmware = built[b]![e + 1];
      return firmware ? [sizeError(board, example, firmware.sizes)] : [];
    }),
  );
  const counts = examples.flatMap((example) => countedCores().map((core) => instructionError(core, example)));
  expect(sizes.filter(({ flash, ram }) => Math.max(Math.abs(flash), Math.abs(ram)) > LIMITS.size)).toEqual([]);
  expect(counts.filter(({ error }) => error !== undefined && Math.abs(error) > LIMITS.instructions)).toEqual([]);
  const document = readFileSync(ESTIMATES, 'utf8');
  const tables = { sizes: sizeErrorTable(bare, examples, sizes), instructions: countTable(counts) };
  const kept = Object.fromEntries(
    Object.entries(tables).map(([name, table]) => {
      const said = tableIn(document, name);
      return [name, nearlySame(said, table, TOLERANCE, POINTS) ? said : table];
    }),
  );
  await expect(withTables(document, kept)).toMatchFileSnapshot(ESTIMATES);
}, 300_000);

it('is estimated as well with kernels made small', async () => {
  const [example, board] = [networks[0]!, bare.find(({ name }) => name === 'nucleo-f446re')!];
  const compiled = compile(example.model.graph, {
    ...{ name: example.name, tflite: example.model.bytes },
    ...{ core: board.kernels, optimize: 'size' },
  });
  const small = { ...example, name: `${example.name}_small`, compiled: () => compiled };
  const project = () => ({ ...example.project(board.kernels), model: sourcesIn(compiled.files) });
  const { sizes } = (await builder.build(board, { ...small, project }))!;
  const { flash, ram } = sizeError(board, small, sizes, 'size');
  expect(Math.max(Math.abs(flash), Math.abs(ram))).toBeLessThan(LIMITS.size);
  const core = countedCores().find((one) => one.core === board.core)!;
  expect(Math.abs(instructionError(core, { ...small, name: example.name }, 'size').error!)).toBeLessThan(
    LIMITS.instructions,
  );
}, 60_000);

it('has no example for an AVR, whose constants take its RAM', () => {
  const mega = loadBoard('arduino-mega-2560');
  const fits = (flashBytes: number, ramBytes: number, inputBytes: number) => () =>
    checkFit(mega, { flashBytes, ramBytes, inputBytes });
  for (const { compiled, model } of networks) {
    const { weightBytes, plan } = compiled(mega.kernels);
    expect(fits(weightBytes, plan.arenaBytes, model.inputSize)).toThrow('B of RAM');
  }
  const { program } = detector.detector;
  expect(fits(constantBytes(program), memoryBytes(program), windowSize(detector.detector))).toThrow('B of RAM');
});

it.each(boards.map((board) => [board.name, board] as const))('writes a project for %s', (_, board) => {
  const files = renderProject({ board, name: TINY.name, model: TINY_FILES });
  const entry = board.framework === 'bare' ? 'CMakeLists.txt' : `${TINY.name}/${TINY.name}.ino`;
  expect(files.map(({ path }) => path)).toContain(entry);
});

it('compiles with the flags of the CMake project', () => {
  const files = renderProject({ board: bare[0]!, name: TINY.name, model: TINY_FILES });
  const cmake = files.find(({ path }) => path === 'CMakeLists.txt')!.text;
  for (const flag of COMPILE) expect(cmake).toContain(flag);
  expect(cmake).toContain(`set_source_files_properties(\${APP} PROPERTIES COMPILE_OPTIONS ${OPTIMIZE.application})`);
  expect(cmake).toContain(`    ${OPTIMIZE.rest} -g`);
});

it('tells sizes that are nearly the same from others', () => {
  expect(nearlySame('| `f446` | 1000 / 20 |', '| `f446` | 1029 / 20 |', TOLERANCE)).toBe(true);
  expect(nearlySame('| `f446` | 1000 / 20 |', '| `f446` | 1040 / 20 |', TOLERANCE)).toBe(false);
  expect(nearlySame('| `f446` | 1000 |', '| `f446` | — |', TOLERANCE)).toBe(false);
  expect(nearlySame('| `f446` | +0.4 % |', '| `f446` | -0.5 % |', TOLERANCE, POINTS)).toBe(true);
  expect(nearlySame('| `f446` | +0.4 % |', '| `f446` | -0.7 % |', TOLERANCE, POINTS)).toBe(false);
});
