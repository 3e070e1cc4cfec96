// Every kind of project: the same bytes each time, and sources that its build system's compiler takes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { buildProject } from '../../device/build.js';
import {
  PROJECT_KINDS,
  checkFit,
  loadBoard,
  renderProject,
  writeProject,
  type ProjectKind,
  type ProjectOptions,
} from '../../firmware-templates/index.js';
import { kiln } from '../cli/kiln.js';
import { failureOf } from '../device/workbench.js';
import { dsCnnCases } from '../kernels/cases/ds_cnn.js';
import { hasArm } from '../kernels/toolchain.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const STUBS = join(packageRoot(), 'tests/firmware/stubs');
const WARNINGS = ['-Wall', '-Wextra', '-Wshadow', '-Werror'];
const folder = mkdtempSync(join(tmpdir(), 'tinykiln-kinds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rendered = (kind: ProjectKind, board: string, more: Partial<ProjectOptions> = {}) =>
  renderProject({ board: loadBoard(board), name: TINY.name, model: TINY_FILES, kind, ...more });

const BOARDS: Record<ProjectKind, string> = {
  cmake: 'nucleo-f401re',
  arduino: 'arduino-nano-33-ble',
  'arduino-library': 'arduino-nano-33-ble',
  platformio: 'nucleo-f401re',
  cubemx: 'nucleo-f401re',
};

/** Compiles, without linking, every C and C++ file below `sources`, as if it were flat. */
function compileAll(root: string, sources: string, flags: readonly string[]): string {
  const files = readdirSync(join(root, sources)).filter((name) => /\.(c|cpp)$/.test(name));
  expect(files.length).toBeGreaterThan(12);
  return files.map((name) => compileOne(join(root, sources, name), flags)).join('');
}

function compileOne(path: string, flags: readonly string[]): string {
  const isC = path.endsWith('.c');
  const language = isC ? ['-x', 'c', '-std=gnu11'] : ['-x', 'c++', '-std=gnu++17'];
  const args = ['-fsyntax-only', ...WARNINGS, ...flags, ...language, path];
  return spawnSync(isC ? 'arm-none-eabi-gcc' : 'arm-none-eabi-g++', args, { encoding: 'utf8' }).stderr;
}

describe.each(PROJECT_KINDS)('a project of kind %s', (kind) => {
  const files = rendered(kind, BOARDS[kind]);

  it('is the same for the same inputs, and leaves no template behind', () => {
    expect(rendered(kind, BOARDS[kind])).toEqual(files);
    for (const { path, text } of files) {
      expect(path).not.toMatch(/mustache|NAME|^\/|\.\./);
      expect(text, path).not.toMatch(/\{\{|\}\}\}/);
      expect(text, path).not.toContain(process.cwd());
    }
  });

  it('says in JSON only what is JSON', () => {
    for (const { text } of files.filter(({ path }) => path.endsWith('.json'))) JSON.parse(text);
  });
});

describe.skipIf(!hasArm)('compiled for Cortex-M against stubs', () => {
  const written = (kind: ProjectKind, board = BOARDS[kind]) => {
    const root = join(folder, `${kind}-${board}`);
    writeProject(root, rendered(kind, board));
    return root;
  };
  const arduino = ['-mcpu=cortex-m4', '-mthumb', `-I${join(STUBS, 'arduino')}`];

  it('takes a sketch', () => {
    const root = written('arduino');
    expect(compileAll(root, 'tiny/src', arduino)).toBe('');
    expect(compileOne(join(root, 'tiny/tiny.ino'), [...arduino, '-include', 'Arduino.h'])).toBe('');
  });

  it('takes a library and its examples', () => {
    const root = written('arduino-library');
    expect(compileAll(root, 'tiny/src', arduino)).toBe('');
    const flags = [...arduino, `-I${join(root, 'tiny/src')}`, '-include', 'Arduino.h'];
    for (const example of readdirSync(join(root, 'tiny/examples')))
      expect(compileOne(join(root, 'tiny/examples', example, `${example}.ino`), flags)).toBe('');
  });

  it('takes a PlatformIO project', () => {
    const root = written('platformio');
    expect(compileAll(root, 'src', [...arduino, `-I${join(root, 'include')}`])).toBe('');
  });

  it.each([
    ['nucleo-f401re', ['-mcpu=cortex-m4']],
    ['nucleo-g071rb', ['-mcpu=cortex-m0plus', '-DSTUB_CORTEX_M0']],
  ])('takes what goes into a CubeMX project of %s', (board, flags) => {
    const root = written('cubemx', board);
    expect(compileAll(root, 'Src', [...flags, '-mthumb', `-I${join(STUBS, 'hal')}`, `-I${join(root, 'Inc')}`])).toBe(
      '',
    );
  });
});

const tflm = process.env['TFLM_DIR'];
describe.skipIf(!hasArm || !tflm)('the TensorFlow Lite Micro half of a sketch', () => {
  it('compiles against its headers', () => {
    const graph = dsCnnCases['all_ops']!;
    const { files } = compile(graph, { name: TINY.name, tflite: writeTflite(graph) });
    const root = join(folder, 'tflm');
    writeProject(root, rendered('arduino', BOARDS.arduino, { model: files, runtime: 'tflm' }));
    const below = 'tensorflow/lite/micro/tools/make/downloads';
    const headers = ['', `${below}/flatbuffers/include`, `${below}/gemmlowp`].map((at) => `-isystem${join(tflm!, at)}`);
    const stub = `-I${join(STUBS, 'arduino')}`;
    const flags = ['-mcpu=cortex-m4', '-mthumb', '-DARDUINO=10819', '-DTF_LITE_STATIC_MEMORY', stub, ...headers];
    expect(compileAll(root, 'tiny/src', flags)).toBe('');
  });
});

describe('what a board cannot be', () => {
  it.each([
    ['cmake', 'arduino-mega-2560', /an Arduino sketch.*--kind arduino, arduino-library, platformio/],
    ['arduino', 'virtual-stm32f405', /no Arduino core.*--kind cmake, cubemx/],
    ['cubemx', 'arduino-due', /none of ST's/],
  ] as const)('refuses %s for %s and says what it can', (kind, board, message) => {
    expect(() => rendered(kind, board)).toThrow(message);
  });

  it('refuses an interpreter on 8 bits', () => {
    expect(() => rendered('arduino', 'arduino-mega-2560', { runtime: 'tflm' })).toThrow(
      /32-bit core.*--runtime compiled/,
    );
  });

  it('does not build what another tool builds', async () => {
    writeProject(join(folder, 'sketch'), rendered('arduino', 'arduino-due'));
    expect(String(await failureOf(() => buildProject(join(folder, 'sketch'))))).toMatch(/of kind arduino/);
  });

  it("counts an AVR's constants among its RAM", () => {
    const model = { flashBytes: 6000, ramBytes: 500, inputBytes: 490 };
    const refusal = /at least 9514 B of RAM, 1322 B more than the 8192 B there are/;
    expect(() => checkFit(loadBoard('arduino-mega-2560'), model)).toThrow(refusal);
    expect(() => checkFit(loadBoard('arduino-due'), model)).not.toThrow();
  });
});

describe('kiln project --kind', () => {
  it('writes a sketch', async () => {
    const model = join(folder, 'small.tflite');
    writeFileSync(model, writeTflite(dsCnnCases['all_ops']!));
    const output = join(folder, 'by_hand');
    const options = ['--kind', 'arduino', '--board', 'arduino-mega-2560', '--name', 'small', '--output', output];
    expect(await kiln('project', model, ...options)).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(output, 'small')).sort()).toEqual(['sketch.yaml', 'small.ino', 'src']);
  });
});
