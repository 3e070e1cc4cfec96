// A firmware that hears its board's microphone: the ear on this computer with a microphone of samples, the drivers by their compilers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { earOf, listenerOn, streamOf } from '../../cli/listening.js';
import { findProgram } from '../../device/tools.js';
import { loadBoard, renderProject, writeProject } from '../../firmware-templates/index.js';
import { DEFAULT_DETECTION } from '../../trainer/detection/settings.js';
import { SketchBuilder } from '../boards/sketches.js';
import { WARNINGS } from '../kernels/toolchain.js';
import { buildHostApp } from './host_app.js';
import { listeningFiles, listeningModel } from './listening_model.js';
import { mixedAudio } from './mixed_audio.js';
import { TINY_FILES } from './tiny_model.js';

const model = listeningModel();
const ear = earOf(model, { ...DEFAULT_DETECTION, stepMs: 40, threshold: 0.4 });
const IOT = 'b-l475e-iot01a';
const RING = 2048;
const RATE = 16000;

const heardIn = (samples: Int16Array) =>
  listenerOn(model, ear)
    .feed(samples)
    .flatMap(({ samples: at, detection: found }) =>
      found ? [`m-kiln-heard-[${at},${found.keyword},${found.score}]`] : [],
    );

describe('a firmware with an ear', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-ear-'));
  let program: string;
  beforeAll(() => {
    const built = buildHostApp(folder, listeningFiles(model, 'tiny'), streamOf(ear), {
      board: IOT,
      port: 'host_ear.c',
    });
    expect(built.said).toBe('');
    ({ program } = built);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What it says of pieces of samples; of an empty one that a character was typed. */
  function said(pieces: readonly Int16Array[]): string[] {
    const input = pieces.flatMap(({ buffer, byteOffset, byteLength, length }) => [
      Buffer.from(Int32Array.of(length).buffer),
      Buffer.from(buffer, byteOffset, byteLength),
    ]);
    const { status, stdout, stderr } = spawnSync(program, { input: Buffer.concat(input), timeout: 60_000 });
    expect({ stderr: stderr.toString(), status }).toEqual({ stderr: '', status: 0 });
    const lines = stdout.toString().split('\r\n');
    return lines.filter((line) => /^m-kiln-(heard|lost|deaf)/.test(line));
  }

  function inPieces(samples: Int16Array, most: number, random = new Random(2)): Int16Array[] {
    const pieces: Int16Array[] = [];
    for (let at = 0; at < samples.length; at += pieces.at(-1)!.length)
      pieces.push(samples.subarray(at, at + 1 + random.integer(most)));
    return pieces;
  }

  it('says what the host hears, however the microphone gives its samples', () => {
    const samples = mixedAudio(8 * RATE, new Random(21));
    const expected = heardIn(samples);
    expect(expected.length).toBeGreaterThan(2);
    for (const most of [1, 64, 300, RING]) expect(said(inPieces(samples, most))).toEqual(expected);
  });

  it('counts what it had no room for, and hears the rest', () => {
    const samples = mixedAudio(6 * RATE, new Random(22));
    const [first, burst, rest] = [
      samples.subarray(0, 8000),
      samples.subarray(8000, 8000 + RING + 777),
      samples.subarray(8000 + RING + 777),
    ];
    const kept = Int16Array.from([...first, ...burst.subarray(0, RING), ...rest]);
    const lines = said([...inPieces(first, 100), burst, ...inPieces(rest, 100)]);
    expect(lines.filter((line) => line.includes('lost'))).toEqual(['m-kiln-lost-[777]']);
    expect(lines.filter((line) => line.includes('heard'))).toEqual(heardIn(kept));
  });

  it('leaves stream and model to who speaks to it, and begins anew after ten silent seconds', () => {
    const samples = mixedAudio(30 * RATE, new Random(23));
    const [before, after] = [samples.subarray(0, 9 * RATE), samples.subarray(9 * RATE)];
    const wait = 10 * RATE;
    const typed = new Int16Array(0);
    const pieces = [
      ...inPieces(before, 64),
      typed,
      after.subarray(0, 1000),
      typed,
      ...inPieces(after.subarray(1000, 1000 + wait - 1), 1),
    ];
    const lines = said([
      ...pieces,
      after.subarray(999 + wait, 1000 + wait),
      ...inPieces(after.subarray(1000 + wait), 64),
    ]);
    const resumed = heardIn(after.subarray(999 + wait));
    expect(lines).toEqual([...heardIn(before), ...resumed]);
    expect(resumed.length).toBeGreaterThan(1);
  });
});

describe('what a DFSDM gives', () => {
  it('becomes samples, and is cut off at their ends', () => {
    const words = Int32Array.of(
      0,
      4095,
      4096,
      -1,
      -4096,
      1953125 * 256,
      -1953125 * 256,
      32767 * 4096,
      0x7fffffff,
      -0x80000000,
    );
    const path = join(packageRoot(), 'firmware-templates/ports/stm32');
    const folder = mkdtempSync(join(tmpdir(), 'tinykiln-dfsdm-'));
    const source = join(packageRoot(), 'tests/firmware/dfsdm_check.c');
    const built = spawnSync('cc', [
      '-std=c99',
      ...WARNINGS,
      '-fsanitize=undefined',
      `-I${path}`,
      source,
      '-o',
      join(folder, 'check'),
    ]);
    expect(built.stderr.toString()).toBe('');
    const { stdout } = spawnSync(join(folder, 'check'), { input: Buffer.from(words.buffer) });
    rmSync(folder, { recursive: true });
    const samples = [0, 0, 1, -1, -1, 32767, -32768, 32767, 32767, -32768];
    expect(stdout.toString().trim().split('\n').map(Number)).toEqual([...samples, 40, 2, 0, 36, 0, 0, 0]);
  });
});

const listening = { stream: streamOf(ear), microphone: true };

describe.skipIf(!findProgram('arm-none-eabi-gcc'))('the drivers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-microphone-'));
  const sketches = new SketchBuilder();
  afterAll(() => {
    sketches.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`compile and link for ${IOT}`, () => {
    const board = loadBoard(IOT);
    const files = renderProject({ board, name: 'ears', model: listeningFiles(model, 'ears'), ...listening });
    writeProject(folder, files);
    const { flags } = board.compiler;
    const includes = ['app', 'model', 'port', 'stream', 'runtime/include'].map((path) => `-I${path}`);
    const sources = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
    const strict = ['port/microphone_dfsdm.c', 'app/ear_microphone.c', 'app/firmware.c', 'app/stream_audio.c'];
    expect(sources).toEqual(expect.arrayContaining(strict));
    const run = (args: readonly string[]) =>
      spawnSync('arm-none-eabi-gcc', [...flags, ...includes, ...args], { cwd: folder, encoding: 'utf8' }).stderr;
    expect(run(['-std=c99', ...WARNINGS, '-Os', '-fsyntax-only', ...strict])).toBe('');
    const link = ['-nostartfiles', '--specs=nano.specs', '--specs=nosys.specs', '-Wl,--gc-sections', '-Tlinker.ld'];
    const whole = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections'];
    expect(run([...whole, ...sources, ...link, '-o', 'firmware.elf'])).toBe('');
    const table = spawnSync('arm-none-eabi-nm', ['firmware.elf'], { cwd: folder, encoding: 'utf8' }).stdout;
    expect(table).toMatch(/ T microphone_handler$/m);
  });

  it.each(['arduino-nano-33-ble-sense', 'arduino-nano-33-ble-sense-rev2'])('compile for %s', async (name) => {
    const project = () => ({ name: 'ears', model: listeningFiles(model, 'ears'), ...listening });
    expect((await sketches.build(loadBoard(name), { title: 'ears', name: 'ears', project })).flash).toBeGreaterThan(
      8000,
    );
  });
});

describe('a project that is to listen', () => {
  const render = (name: string, more: object) =>
    renderProject({
      board: loadBoard(name),
      name: 'ears',
      model: listeningFiles(model, 'ears'),
      ...listening,
      ...more,
    });

  it('has one ear, and without a microphone none of its files', () => {
    const ofEar = (more: object) =>
      render(IOT, more)
        .map(({ path }) => path)
        .filter((path) => /ear_|microphone|ring|dfsdm/.test(path));
    expect(ofEar({ microphone: false })).toEqual(['app/ear_none.c']);
    const own = ['app/ear_microphone.c', 'app/microphone.h', 'app/sample_ring.h'];
    expect(ofEar({})).toEqual([...own, 'port/dfsdm_pcm.h', 'port/microphone_dfsdm.c']);
  });

  it.each([
    ['virtual-stm32f405', {}, 'board virtual-stm32f405: its sheet names no microphone'],
    [IOT, { kind: 'cubemx' }, 'its microphone has a driver, but not in this kind of project'],
    [IOT, { kind: 'arduino' }, 'its microphone has a driver, but not in this kind of project'],
    [IOT, { stream: undefined, model: TINY_FILES, name: 'tiny' }, 'the model does not listen to audio'],
  ])('is refused for %s with %o', (name, more, message) => {
    expect(() => render(name, more)).toThrow(message);
  });
});
