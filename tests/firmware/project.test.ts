// A firmware project as text, on disk, and as the toolchain sees it.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildProject } from '../../device/build.js';
import {
  APP_OVERHEAD,
  loadBoard,
  readProject,
  renderProject,
  writeProject,
  type ProjectOptions,
} from '../../firmware-templates/index.js';
import { failureOf } from '../device/workbench.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const OPTIONS: ProjectOptions = { board: loadBoard('virtual-stm32f405'), name: TINY.name, model: TINY_FILES };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinykiln-project-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const within = (...parts: string[]) => join(folder, ...parts);

describe('renderProject', () => {
  const files = renderProject(OPTIONS);
  const text = (path: string) => files.find((file) => file.path === path)!.text;

  it('gives the same files for the same inputs', () => expect(renderProject(OPTIONS)).toEqual(files));

  it('leaves no template behind and names no place on this machine', () => {
    for (const file of files) {
      expect(file.path).not.toMatch(/mustache|^\/|\.\./);
      expect(file.text, file.path).not.toMatch(/\{\{|\}\}/);
      expect(file.text, file.path).not.toContain(process.cwd());
    }
  });

  it('names every source that it holds, and no other', () => {
    const listed = [...text('CMakeLists.txt').matchAll(/^\s+(\S+\.cc?)$/gm)].map(([, path]) => path!);
    const held = files.map(({ path }) => path).filter((path) => /\.cc?$/.test(path));
    expect(listed.sort()).toEqual(held.sort());
  });

  it('puts the names where the board answers with them', () => {
    const config = renderProject({ ...OPTIONS, vendor: 'Acme Ltd.', modelId: 'kws01', buildId: '7' });
    const { text } = config.find(({ path }) => path === 'app/kiln_config.h')!;
    expect(text).toContain('#define KILN_VENDOR "Acme Ltd."');
    expect(text).toContain('#define KILN_MODEL_ID "kws01"');
    expect(text).toContain('#define KILN_BUILD_ID "7"');
    expect(text).toContain('#define kiln_model_invoke tiny_invoke');
    expect(text).toContain('#define KILN_MODEL_HASH TINY_MODEL_HASH');
  });

  it('has a build id that changes with any file', () => {
    const idOf = (options: ProjectOptions) =>
      /BUILD_ID "(\w+)"/.exec(renderProject(options).find(({ path }) => path === 'app/kiln_config.h')!.text)![1];
    const changed = TINY_FILES.map((file) => ({ ...file, text: `${file.text}\n` }));
    expect(idOf(OPTIONS)).toMatch(/^[0-9a-f]{12}$/);
    expect(idOf({ ...OPTIONS, model: changed })).not.toBe(idOf(OPTIONS));
  });

  it.each([{ name: '1st' }, { name: 'a-b' }, { name: '' }, { vendor: 'a"b' }, { modelId: 'a\n' }, { buildId: '%' }])(
    'refuses %j, which would break the C or the protocol',
    (names) =>
      expect(() => renderProject({ ...OPTIONS, ...names })).toThrow(expect.objectContaining({ code: 'project-name' })),
  );
});

describe('writeProject', () => {
  afterEach(() => rmSync(within('p'), { recursive: true, force: true }));
  const files = renderProject(OPTIONS);

  it('replaces its own project whole, and leaves nothing beside it', () => {
    writeProject(within('p'), files);
    writeFileSync(within('p', 'stray.txt'), '');
    writeProject(within('p'), files);
    expect(existsSync(within('p', 'stray.txt'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['p']);
    expect(readProject(within('p'))).toMatchObject({ board: 'virtual-stm32f405', name: 'tiny', runtime: 'compiled' });
  });

  it('takes an empty folder', () => {
    mkdirSync(within('p'));
    writeProject(within('p'), files);
    expect(readProject(within('p')).name).toBe('tiny');
  });

  it('does not touch a folder with files of others, nor a file', () => {
    mkdirSync(within('p'));
    writeFileSync(within('p', 'thesis.txt'), 'years of work');
    expect(() => writeProject(within('p'), files)).toThrow(expect.objectContaining({ code: 'project-foreign' }));
    expect(readdirSync(within('p'))).toEqual(['thesis.txt']);
    const target = within('p', 'thesis.txt');
    expect(() => writeProject(target, files)).toThrow(`${target}: is not a folder`);
    expect(readFileSync(target, 'utf8')).toBe('years of work');
  });

  it('leaves the old project as it was when the new one cannot be written', () => {
    writeProject(within('p'), files);
    const broken = [...files, { path: 'app/main.c/below', text: '' }];
    expect(() => writeProject(within('p'), broken)).toThrow(expect.objectContaining({ code: 'file-unwritable' }));
    expect(() => writeProject(within('p'), [{ path: '../out', text: '' }])).toThrow('leads out of the project');
    expect(readdirSync(folder)).toEqual(['p']);
    expect(readProject(within('p')).name).toBe('tiny');
  });
});

describe('readProject', () => {
  it('says that a folder holds no project', () => {
    expect(() => readProject(within('none'))).toThrow(/none: no firmware project is here.*`kiln project`/);
  });
});

describe('building', () => {
  const built = (name: string, options: Partial<ProjectOptions> = {}) => {
    writeProject(within(name), renderProject({ ...OPTIONS, ...options }));
    return buildProject(within(name));
  };

  it('gives the same bytes wherever the project lies, and is as large as checkFit() takes it for', async () => {
    const first = await built('here');
    const elf = readFileSync(first.elf);
    const second = await built('some where else/there');
    const run = (...args: string[]) => spawnSync('cmake', args, { cwd: within('here'), encoding: 'utf8' });
    run('-S', '.', '-B', 'other');
    run('--build', 'other');
    expect(readFileSync(within('here', 'other', 'firmware.elf')).equals(elf)).toBe(true);
    expect(readFileSync(second.elf).equals(elf)).toBe(true);
    expect(elf.includes(folder)).toBe(false);
    renameSync(within('here'), within('moved'));
    expect((await buildProject(within('moved'))).sizes).toEqual(first.sizes);
    const ram = first.sizes.ram - OPTIONS.board.stack - 2 * TINY.inputSize - TINY.outputSize;
    expect(APP_OVERHEAD.flash).toBeLessThanOrEqual(first.sizes.flash);
    expect(APP_OVERHEAD.flash).toBeGreaterThan(0.85 * first.sizes.flash);
    expect(APP_OVERHEAD.ram).toBeLessThanOrEqual(ram);
    expect(APP_OVERHEAD.ram).toBeGreaterThan(0.9 * ram);
  });

  it('puts the vector table of the STM32F405 at the start of flash', async () => {
    const { elf } = await built('vectors');
    const image = readFileSync(elf.replace('.elf', '.bin'));
    const vectors = Array.from({ length: 16 + 82 }, (_, i) => image.readUInt32LE(4 * i));
    expect(vectors[0]).toBe(0x20000000 + OPTIONS.board.stack);
    const [reset, nmi, systick, usart1] = [vectors[1]!, vectors[2]!, vectors[15]!, vectors[16 + 37]!];
    expect(new Set([reset, nmi, systick, usart1]).size).toBe(4);
    const others = vectors.filter((_, i) => i > 15 && i !== 16 + 37);
    expect(others).toEqual(Array.from({ length: 81 }, () => nmi));
    for (const handler of [reset, nmi, systick, usart1]) {
      expect(handler & 1).toBe(1); // Thumb
      expect(handler).toBeGreaterThan(0x08000000);
      expect(handler).toBeLessThan(0x08000000 + image.length);
    }
  });

  // One for each kind of port; tests/boards compiles for all, without CMake.
  const KINDS = ['virtual-stm32f405', 'nucleo-f072rb', 'bluepill-f103c8', 'nucleo-h743zi', 'nucleo-u575zi-q'];
  it.each(KINDS)('works for %s without a warning', async (name) => {
    writeProject(within(name), renderProject({ ...OPTIONS, board: loadBoard(name) }));
    const run = (...args: string[]) => spawnSync('cmake', args, { cwd: within(name), encoding: 'utf8' });
    expect(run('-S', '.', '-B', 'out').stderr).toBe('');
    const { stdout, stderr, status } = run('--build', 'out');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toMatch(/warning/i);
  });

  it('says what the compiler says', async () => {
    const model = TINY_FILES.map(({ path, text }) => ({ path, text: text.replace('uint8_t sums', 'uint8_t !sums') }));
    const failure = await failureOf(() => built('broken', { model }));
    expect(failure).toMatchObject({ code: 'build-failed', exitCode: 2 });
    expect(String(failure)).toMatch(/model\.c:\d+:\d+: error: /);
  });

  it('says by how much the linker finds it too large, and keeps the firmware that was there', async () => {
    await built('large');
    const before = readFileSync(within('large', 'build', 'firmware.elf'));
    const source = readFileSync(within('large', 'model', 'model.c'), 'utf8');
    const grown = source.replace('input[TINY_INPUT_SIZE]', 'input[200000]');
    writeFileSync(within('large', 'model', 'model.c'), grown);
    const failure = await failureOf(() => buildProject(within('large')));
    expect(failure).toMatchObject({ code: 'model-too-large' });
    expect(String(failure)).toMatch(/the firmware is \d+ B larger than RAM/);
    expect(readFileSync(within('large', 'build', 'firmware.elf')).equals(before)).toBe(true);
  });

  it('says what TensorFlow Lite Micro needs where it is asked for and missing', async () => {
    writeProject(within('tflm'), renderProject({ ...OPTIONS, runtime: 'tflm' }));
    const failure = await failureOf(() => buildProject(within('tflm')));
    expect(String(failure)).toContain('-DTFLM_DIR=FOLDER');
    const wrong = await failureOf(() => buildProject(within('tflm'), { tflmDirectory: within('tflm') }));
    expect(String(wrong)).toMatch(/holds 0 files\s+libtensorflow-microlite\.a/);
  });

  it('names the tool that is missing and how to install it', async () => {
    writeProject(within('p'), renderProject(OPTIONS));
    const path = process.env['PATH'];
    process.env['PATH'] = within('p');
    const failure = await failureOf(() => buildProject(within('p')));
    process.env['PATH'] = path;
    expect(failure).toMatchObject({ code: 'tool-missing', exitCode: 2 });
    expect(String(failure)).toMatch(/cmake: not found on PATH.*To install it/);
  });
});
