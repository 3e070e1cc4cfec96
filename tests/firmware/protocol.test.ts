// The application's own C, compiled for this computer with sanitizers: what it answers, and what cannot break it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { buildHostApp } from './host_app.js';
import { runTiny, TINY } from './tiny_model.js';

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinykiln-protocol-'));
  const built = buildHostApp(folder);
  expect(built.said).toBe('');
  ({ program } = built);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function talk(input: string | Uint8Array): string {
  const { stdout, stderr, status } = spawnSync(program, { input, encoding: 'latin1', timeout: 60_000 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** The answer to the last of the commands, without its m-ready. */
function answer(...commands: string[]): string[] {
  const lines = talk(commands.map((command) => `${command}%`).join('')).split('\r\n');
  expect(lines.pop()).toBe('');
  expect(lines.pop()).toBe('m-ready');
  return lines.slice(lines.lastIndexOf('m-ready') + 1);
}

const load = (input: Int8Array) => {
  const hex = Buffer.from(input.buffer).toString('hex');
  return [`db load ${input.length}`, ...hex.match(/.{1,62}/g)!.map((line) => `db ${line}`)];
};

/** As printf("%.3f") does, and toFixed() does not: ties to even. */
function printed(value: number): string {
  const thousandths = value * 1000;
  const below = Math.floor(thousandths);
  const up = thousandths - below > 0.5 || (thousandths - below === 0.5 && below % 2 === 1);
  return ((below + (up ? 1 : 0)) / 1000).toFixed(3);
}

const sample = () => Int8Array.from({ length: TINY.inputSize }, (_, i) => i - 128);

describe("MLPerf Tiny's performance mode", () => {
  it('announces itself', () => {
    expect(talk('')).toBe('m-timestamp-mode-performance\r\nm-lap-us-4294967280\r\nm-init-done\r\nm-ready\r\n');
  });

  it.each([
    ['name', ['m-name-dut-[tinykiln]']],
    ['profile', ['m-profile-[ULPMark for tinyML Firmware V0.0.1]', 'm-model-[tiny]']],
    ['timestamp', ['m-lap-us-4294967281']],
    ['\r\nname\r\n', ['m-name-dut-[tinykiln]']],
    ['  name  ', ['m-name-dut-[tinykiln]']],
    ['db load 12', ['m-[Expecting 12 bytes]']],
  ])('answers %j', (command, lines) => expect(answer(command)).toEqual(lines));

  it('prints the loaded bytes, eight a line', () => {
    expect(answer('db load 10', 'db 00010203ff', 'db 05A6a70809', 'db print')).toEqual([
      'm-buffer-00-01-02-03-ff-05-a6-a7',
      'm-buffer-08-09',
    ]);
  });

  it('says when the buffer is full, and disregards what is too much', () => {
    expect(answer('db load 2', 'db 01')).toEqual([]);
    expect(answer('db load 2', 'db 01', 'db 02')).toEqual(['m-load-done']);
    expect(answer('db load 2', 'db 010203')).toEqual(['m-load-done']);
    expect(answer('db load 2', 'db 010203', 'db print')).toEqual(['m-buffer-01-02']);
  });

  it('infers, with laps around the counted inferences', () => {
    const output = runTiny(sample());
    const results = [...output].map((q) => printed((q + 128) / 256)).join(',');
    expect(answer(...load(sample()), 'infer 3 2')).toEqual([
      'm-warmup-start-2',
      'm-warmup-done',
      'm-infer-start-3',
      'm-lap-us-4294967285',
      'm-lap-us-4294967292',
      'm-infer-done',
      `m-results-[${results}]`,
    ]);
    expect(answer(...load(sample()), 'infer', 'results')).toEqual([`m-results-[${results}]`]);
    expect(answer('infer')[0]).toBe('m-warmup-start-10');
  });
});

describe('the kiln commands', () => {
  it('tells what runs', () => {
    expect(answer('kiln info')).toEqual([
      `m-kiln-[model=${TINY.hash},input=490,output=12,arena=490,tick-hz=1000000,core-hz=1000000,runtime=compiled,build=b1]`,
    ]);
  });

  it('gives the raw output with CRCs of both ends', () => {
    const output = runTiny(sample());
    const hex = (n: number) => n.toString(16).padStart(8, '0');
    expect(answer(...load(sample()), 'infer 1 0', 'kiln output')).toEqual([
      `m-kiln-output-[${Buffer.from(output).toString('hex')}]`,
      `m-kiln-crc-[${hex(crc32(sample()))},${hex(crc32(output))}]`,
      'm-kiln-ticks-1',
    ]);
  });
});

describe('three decimals', () => {
  it("are printf's, for scales from the smallest to 2^15", () => {
    const check = join(folder, 'thousandths');
    const c = join(packageRoot(), 'firmware-templates/app');
    const sources = [join(c, 'thousandths.c'), join(packageRoot(), 'tests/firmware/thousandths_check.c')];
    const built = spawnSync('cc', ['-std=c11', '-O1', `-I${c}`, ...sources, '-o', check, '-lm'], { encoding: 'utf8' });
    expect(built.stderr).toBe('');
    expect(spawnSync(check, { encoding: 'utf8' }).stdout).toBe('0 of 400000 differ\n');
  });
});

describe('bad commands', () => {
  it.each([
    ['', 'e-[Unknown command: ]'],
    ['help me', 'e-[Unknown command: help]'],
    ['names', 'e-[Unknown command: names]'],
    ['\x01\xff\0', 'e-[Unknown command: ???]'],
    ['kiln', 'e-[Unknown command: kiln ]'],
    ['kiln dance', 'e-[Unknown command: kiln dance]'],
    ['db', "e-[Command 'db' requires a subcommand]"],
    ['db 00', "e-[No bytes expected: use 'db load' first]"],
    ['db 0', 'e-[Insufficient number of hex digits]'],
    ['db 0g', "e-[Invalid hex digit 'g']"],
    ['db load', "e-[Command 'db load' must be >0 bytes]"],
    ['db load 0', "e-[Command 'db load' must be >0 bytes]"],
    ['db load -5', "e-[Command 'db load' must be >0 bytes]"],
    ['db load 491', 'e-[Supplied buffer size 491 exceeds maximum of 490]'],
    ['db load 99999999999', "e-[Command 'db load' must be >0 bytes]"],
    ['infer 0', 'e-[Inference iterations must be >0]'],
    ['infer many', 'e-[Inference iterations must be >0]'],
    ['infer 1 -1', 'e-[Inference warmup must be >=0]'],
  ])('%j is refused', (command, line) => expect(answer(command)).toEqual([line]));

  it('takes 80 characters and no more', () => {
    const overlong = ['e-[Command is longer than 80 characters]'];
    expect(answer('x'.repeat(80))).toEqual([`e-[Unknown command: ${'x'.repeat(80)}]`]);
    expect(answer('x'.repeat(81))).toEqual(overlong);
    expect(answer(`name ${'x'.repeat(100_000)}`)).toEqual(overlong);
    expect(answer('x'.repeat(81), 'name')).toEqual(['m-name-dut-[tinykiln]']);
  });

  it('loads nothing of a line with a bad digit', () => {
    expect(answer('db load 2', 'db 01zz', 'db 0203', 'db print')).toEqual(['m-buffer-02-03']);
  });

  it('outlives noise: every command that ends is answered once', () => {
    const random = new Random(7);
    const words = ['db ', 'load ', 'print', 'infer ', 'kiln output', '490', '0a0b', '%', '% %', 'results', '\r\n'];
    const noise = Array.from({ length: 4000 }, () =>
      random.uniform() < 0.7 ? words[random.integer(words.length)]! : String.fromCharCode(random.integer(256)),
    ).join('');
    const input = Buffer.from(`${noise.replace(/infer +\d+/g, 'infer 1')}%`, 'latin1');
    const lines = talk(input).split('\r\n');
    const commands = input.filter((byte) => byte === '%'.charCodeAt(0)).length;
    expect(lines.filter((line) => line === 'm-ready')).toHaveLength(commands + 1);
    expect(lines.every((line) => /^[ -~]*$/.test(line))).toBe(true);
  });
});
