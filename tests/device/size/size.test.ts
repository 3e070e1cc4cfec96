// Every byte of a program has one owner: for our firmware, and for programs that are not ours.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from '../../../base/files.js';
import { Random } from '../../../base/random.js';
import { compile } from '../../../converter/compile.js';
import { writeTflite } from '../../../converter/tflite/writer.js';
import { buildProject } from '../../../device/build.js';
import { readElf } from '../../../device/size/elf.js';
import { MapParser } from '../../../device/size/link_map.js';
import { sizeReport, type Bytes, type SizeReport } from '../../../device/size/size_report.js';
import { loadBoard, renderProject, writeProject } from '../../../firmware-templates/index.js';
import { compileSketch, hasArduino } from '../../firmware/avr/arduino.js';
import { dsCnnCases } from '../../kernels/cases/ds_cnn.js';
import { hasArm } from '../../kernels/toolchain.js';
import { failureOf } from '../workbench.js';
import { binutilsSize, clangWithLld, cxxWithExceptions, gccWithLto, hasGxx, hasLld, type Foreign } from './foreign.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-size-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const graph = dsCnnCases['all_ops']!;
const modelFor = (board: string) =>
  compile(graph, { name: 'small', tflite: writeTflite(graph), core: loadBoard(board).kernels }).files;

const total = (items: readonly Bytes[]) => ({
  flash: items.reduce((sum, { flash }) => sum + flash, 0),
  ram: items.reduce((sum, { ram }) => sum + ram, 0),
});

/** Parts, sections and symbols each add up to what `size` says. */
function expectWhole(report: SizeReport, prefix: string): void {
  const { text, data, bss } = binutilsSize(report.elf, prefix);
  expect(report).toMatchObject({ text, data, bss, flash: text + data, ram: data + bss });
  for (const items of [report.parts, report.sections, report.symbols]) {
    expect(total(items)).toEqual({ flash: text + data, ram: data + bss });
  }
  const { arena, stack, heap, static: rest } = report.memory;
  expect(arena + stack + heap + rest).toBe(data + bss);
}

const named = (items: readonly (Bytes & { name: string })[], name: string) =>
  items.find((item) => item.name === name) ?? { flash: 0, ram: 0 };

describe.skipIf(!hasArm)('our own firmware', () => {
  const project = join(folder, 'firmware');
  let elf: string;
  let report: SizeReport;

  beforeAll(async () => {
    const board = loadBoard('nucleo-f401re');
    writeProject(project, renderProject({ board, name: 'small', model: modelFor(board.name) }));
    ({ elf } = await buildProject(project));
    report = await sizeReport(elf);
  });

  it('is accounted for to the last byte, and nothing of it is unknown', () => {
    expectWhole(report, 'arm-none-eabi-');
    const parts = report.parts.map(({ name }) => name).sort();
    expect(parts).toEqual(
      [
        'C library',
        'application',
        'arena',
        'model code',
        'model weights',
        'padding',
        'port',
        'runtime',
        'stack',
      ].sort(),
    );
    expect(report.allocators).toEqual([]);
  });

  it('tells weights, arena and stack as the compiler of models planned them', () => {
    const { weightBytes, plan } = compile(graph, { name: 'small', tflite: writeTflite(graph), core: 'dsp' });
    expect(named(report.parts, 'model weights').flash).toBeGreaterThanOrEqual(weightBytes);
    expect(named(report.parts, 'arena').ram).toBe(plan.arenaBytes);
    expect(report.memory.stack).toBe(loadBoard('nucleo-f401re').stack);
    expect(report.layers.length).toBeGreaterThan(3);
    const layers = report.layers.reduce((sum, { weights }) => sum + weights, 0);
    expect(layers).toBeGreaterThan(0.9 * weightBytes);
  });

  it('is accounted for without a map, too', async () => {
    const bare = join(folder, 'bare.elf');
    writeFileSync(bare, readBytes(elf));
    const without = await sizeReport(bare);
    expect(without.map).toBeUndefined();
    expectWhole(without, 'arm-none-eabi-');
    expect(named(without.parts, 'model weights').flash).toBeGreaterThan(0);
  });

  it('goes by patterns of the user before its own', async () => {
    const found = await sizeReport(elf, {
      parts: { frames: ['app/frame.*'], vectors: ['section:.vectors'], crc: ['symbol:crc32*'] },
    });
    for (const name of ['frames', 'vectors', 'crc']) expect(named(found.parts, name).flash, name).toBeGreaterThan(0);
    expectWhole(found, 'arm-none-eabi-');
  });
});

describe('programs that are not ours', () => {
  const check = async ({ elf, map }: Foreign, prefix: string) => {
    const report = await sizeReport(elf, { map });
    expectWhole(report, prefix);
    return report;
  };

  it.skipIf(!hasGxx)('in C++ with exceptions', async () => {
    const report = await check(cxxWithExceptions(join(folder, 'cxx')), 'arm-none-eabi-');
    expect(report.allocators).toContain('malloc');
    expect(named(report.parts, 'C library').flash).toBeGreaterThan(20_000);
    expect(named(report.parts, 'application').flash).toBeGreaterThan(100);
  });

  it.skipIf(!hasArm)('optimized while linking', async () => {
    const report = await check(gccWithLto(join(folder, 'lto')), 'arm-none-eabi-');
    expect(report.symbols.map(({ name }) => name)).toContain('_start');
  });

  it.skipIf(!hasLld || !hasArm)('by clang and lld', async () => {
    const report = await check(clangWithLld(join(folder, 'clang')), 'arm-none-eabi-');
    expect(named(report.parts, 'application').ram).toBeGreaterThanOrEqual(300);
    expect(named(report.parts, 'other').flash).toBeLessThan(100);
  });

  it.skipIf(!hasArduino)('an Arduino sketch for an AVR', async () => {
    const board = loadBoard('arduino-mega-2560');
    const place = join(folder, 'avr');
    writeProject(place, renderProject({ board, name: 'small', kind: 'arduino', model: modelFor(board.name) }));
    const { elf } = compileSketch(join(place, 'small/small.ino'), join(folder, 'avr-build'), board.arduino!.fqbn);
    const report = await check({ elf }, 'avr-');
    expect(named(report.parts, 'arena').ram).toBeGreaterThan(0);
    expect(named(report.parts, 'model weights').ram).toBeGreaterThan(0);
  });
});

describe("a linker's map", () => {
  it('may break a line after a long name, pad, and have sections that are not loaded', () => {
    const parser = new MapParser();
    const lines = [
      'Discarded input sections',
      ' .text.gone     0x00000000       0x10 gone.o',
      'Linker script and memory map',
      '.text           0x00000000       0x40',
      ' *(.text)',
      ' .text          0x00000000       0x10 a.o',
      ' *fill*         0x00000010        0x2 00',
      ' .text.a_name_that_is_long',
      '                0x00000012        0xe lib/libx.a(b c.o)',
      '                0x00000012                a_name_that_is_long',
      '.debug_info     0x00000000       0x99',
      ' .debug_info    0x00000000       0x99 a.o',
    ];
    for (const line of lines) parser.take(line);
    expect(parser.contributions.filter(({ output }) => output === '.text')).toEqual([
      { output: '.text', section: '.text', address: 0, size: 16, object: 'a.o' },
      { output: '.text', section: '.text.a_name_that_is_long', address: 18, size: 14, object: 'lib/libx.a(b c.o)' },
    ]);
  });

  it('of another kind is refused by name', async () => {
    const [elf, map] = [join(folder, 'x.elf'), join(folder, 'x.map')];
    writeFileSync(elf, minimalElf());
    writeFileSync(map, 'Image Symbol Table\n');
    const failure = await failureOf(() => sizeReport(elf, { map }));
    expect(failure).toMatchObject({ code: 'map-unreadable', exitCode: 2 });
    expect(String(failure)).toContain(`${map}: it is no map of GNU ld or lld`);
  });
});

/** A header, and one section that says how names are found. */
function minimalElf(): Buffer {
  const file = Buffer.alloc(52 + 40);
  file.writeUInt32BE(0x7f454c46, 0);
  file.set([1, 1, 1], 4);
  file.writeUInt32LE(52, 32);
  file.writeUInt16LE(40, 46);
  file.writeUInt16LE(1, 48);
  return file;
}

describe('an ELF file that is none', () => {
  const cases: [string, Buffer, string][] = [
    ['text', Buffer.from('hello'), 'it is no ELF file'],
    ['64 bits', Buffer.concat([Buffer.from('7f454c460201', 'hex'), Buffer.alloc(60)]), 'it is a 64-bit ELF file'],
    ['no sections', Buffer.concat([Buffer.from('7f454c460101', 'hex'), Buffer.alloc(60)]), 'it has no section headers'],
  ];
  it.each(cases)('is refused by name: %s', async (name, bytes, what) => {
    const path = join(folder, `${name}.elf`);
    writeFileSync(path, bytes);
    const failure = await failureOf(() => sizeReport(path));
    expect(failure).toMatchObject({ code: 'elf-unreadable', exitCode: 2 });
    expect(String(failure)).toContain(`${path}: ${what}`);
  });

  it.skipIf(!hasArm)('ends in sections or in an error, whatever became of it', () => {
    const { elf } = gccWithLto(join(folder, 'fuzz'));
    const whole = readBytes(elf);
    const random = new Random(3);
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = Buffer.from(whole.subarray(0, i % 3 === 0 ? random.integer(whole.length) : whole.length));
      const headers = bytes.length > 52 ? bytes.readUInt32LE(32) : 0;
      for (let k = 0; k < 4; k++) {
        const near = random.integer(2) === 0 ? random.integer(64) : headers + random.integer(400);
        if (near < bytes.length && near > 6) bytes[near] = random.integer(256);
      }
      try {
        readElf(bytes, 'app.elf');
      } catch (error) {
        expect(error).toMatchObject({ code: 'elf-unreadable' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
