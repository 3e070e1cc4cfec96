// Files of firmware: each format read and written, the same image out of all, and damage that is named.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { Random } from '../../base/random.js';
import { blocksOf, checkInside, flatten, formatImage, readImage, type Image } from '../../device/formats/index.js';
import { findProgram } from '../../device/tools.js';
import { failureOf } from './workbench.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = new Random(1);
const noise = (length: number) => Uint8Array.from({ length }, () => random.integer(256));
/** As a linker leaves it: code, and initialized data behind a gap. */
const IMAGE: Image = [
  { address: 0x08000000, bytes: noise(1000) },
  { address: 0x08000800, bytes: noise(33) },
];

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const plain = (image: Image) => image.map(({ address, bytes }) => ({ address, bytes: [...bytes] }));

describe('an image', () => {
  it('comes back from Intel HEX as it was', () => {
    const path = file('a.hex', formatImage(IMAGE, 'hex'));
    expect(plain(readImage(path, 0))).toEqual(plain(IMAGE));
  });

  it('comes back from UF2 filled up to blocks', () => {
    const path = file('a.uf2', formatImage(IMAGE, 'uf2', 0xe48bff56));
    const back = readImage(path, 0);
    expect(back.map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [0x08000000, 1024],
      [0x08000800, 256],
    ]);
    expect(Buffer.from(flatten(back).bytes).subarray(0, 2081)).toEqual(Buffer.from(flatten(IMAGE).bytes));
  });

  it('comes back from a .bin with the origin that is given, gaps as erased flash', () => {
    const path = file('a.bin', formatImage(IMAGE, 'bin'));
    const [segment, ...none] = readImage(path, 0x08000000);
    expect(none).toEqual([]);
    expect(segment).toMatchObject({ address: 0x08000000 });
    expect(segment!.bytes.length).toBe(0x800 + 33);
    expect(segment!.bytes[1500]).toBe(0xff);
  });

  it('is cut into blocks that begin at multiples of their size', () => {
    const blocks = blocksOf([{ address: 0x100f0, bytes: new Uint8Array(40) }], 256);
    expect(blocks.map(({ address }) => address)).toEqual([0x10000, 0x10100]);
    expect(blocks[0]!.bytes.subarray(0xf0)).toEqual(new Uint8Array(16));
    expect(blocks[1]!.bytes.subarray(24)).toEqual(new Uint8Array(232).fill(0xff));
  });

  it('has to lie in flash', async () => {
    const failure = await failureOf(() => checkInside(IMAGE, { origin: 0x08000000, size: 2048 }, 'a.elf'));
    expect(failure).toMatchObject({ code: 'image-outside', exitCode: 2 });
    expect(String(failure)).toContain('a.elf: it has 33 B at 0x08000800, and flash is 0x08000000 to 0x080007ff');
  });
});

const gcc = findProgram('arm-none-eabi-gcc');

describe.skipIf(!gcc)('ELF', () => {
  it('is what objcopy makes of it', () => {
    const source = file('a.c', 'int data[4] = {1, 2, 3, 4}; int zero[9]; int main(void) { return data[0] + zero[1]; }');
    const script = file(
      'a.ld',
      'SECTIONS { .text 0x08000000 : { *(.text*) } .data 0x20000000 : AT(0x08000100) { *(.data) } .bss : { *(.bss) } }',
    );
    const elf = join(folder, 'a.elf');
    const args = ['-mcpu=cortex-m4', '-nostdlib', '-e', 'main', '-T', script, source, '-o', elf];
    expect(spawnSync(gcc!, args, { encoding: 'utf8' })).toMatchObject({ status: 0 });
    const hex = join(folder, 'objcopy.hex');
    spawnSync('arm-none-eabi-objcopy', ['-O', 'ihex', elf, hex]);
    expect(plain(readImage(elf, 0))).toEqual(plain(readImage(hex, 0)));
    expect(readImage(elf, 0).map(({ address }) => address)).toEqual([0x08000000, 0x08000100]);
  });
});

describe('a damaged file', () => {
  const hex = String(formatImage(IMAGE, 'hex'));
  const uf2 = formatImage(IMAGE, 'uf2') as Uint8Array;
  it.each([
    [
      'check.hex',
      hex.replace(/(:10.{10})(.)/, (_, before: string, digit: string) => before + (digit === '0' ? '1' : '0')),
      /hecksum/,
    ],
    ['cut.hex', hex.slice(0, 200), /EOF|end|record/i],
    ['empty.hex', ':00000001FF\n', /nothing to put into flash/],
    ['words.hex', 'hello', /malformed/i],
    ['cut.uf2', uf2.subarray(0, 700), /no whole number of UF2 blocks/],
    ['lost.uf2', uf2.subarray(512), /announces/],
    ['zero.uf2', new Uint8Array(512), /not a UF2 block/],
    ['a.elf', 'not an ELF', /not an ELF file/],
    ['cut.elf', Buffer.from('\x7fELF\x01\x01\x01' + '\0'.repeat(60), 'latin1'), /./],
    ['a.txt', 'x', /format txt is unknown/],
  ])('%s is named', async (name, content, what) => {
    const path = file(name, content);
    const failure = await failureOf(() => readImage(path, 0));
    expect(failure).toBeInstanceOf(KilnError);
    expect(failure).toMatchObject({ code: 'image-invalid', exitCode: 2 });
    expect(String(failure)).toContain(path);
    expect(String(failure)).toMatch(what);
  });

  it('never does worse, however an ELF is damaged', async () => {
    if (!gcc) return;
    const { readFileSync } = await import('node:fs');
    const whole = readFileSync(join(folder, 'a.elf'));
    for (let i = 0; i < 500; i++) {
      const damaged = Buffer.from(whole.subarray(0, random.integer(whole.length)));
      for (let k = 0; k < 4 && damaged.length > 0; k++)
        damaged[random.integer(Math.min(400, damaged.length))] = random.integer(256);
      const path = file('damaged.elf', damaged);
      const failure = await failureOf(() => readImage(path, 0));
      if (failure !== undefined) expect(failure).toBeInstanceOf(KilnError);
    }
  });
});
