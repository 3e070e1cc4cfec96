// The STM32F4 port against simulated registers: what a real STM32F405 is told, also when its crystal is dead.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { loadBoard, renderProject, type BareBoard } from '../../firmware-templates/index.js';
import { TINY, TINY_FILES } from './tiny_model.js';

const HERE = join(packageRoot(), 'tests/firmware');
const PORT = join(packageRoot(), 'firmware-templates/ports/stm32f4');
const APP = join(packageRoot(), 'firmware-templates/app');

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinykiln-stm32f4-'));
  program = build(8_000_000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles the check for a board with this crystal. */
function build(crystal: number): string {
  const board = loadBoard('generic-stm32f405') as BareBoard;
  const files = renderProject({
    board: { ...board, clock: { ...board.clock, crystal } },
    name: TINY.name,
    model: TINY_FILES,
  });
  writeFileSync(join(folder, 'board.h'), files.find(({ path }) => path === 'port/board.h')!.text);
  const sources = [join(HERE, 'stm32f4_check.c'), ...['clock.c', 'uart.c', 'timer.c'].map((name) => join(PORT, name))];
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-include', join(HERE, 'stm32f4_registers.h')];
  const includes = [folder, PORT, APP].map((path) => `-I${path}`);
  const output = join(folder, `check-${crystal}`);
  const { stderr } = spawnSync('cc', [...flags, ...includes, ...sources, '-o', output], { encoding: 'utf8' });
  if (stderr) throw new Error(stderr);
  return output;
}

function run(broken = 'nothing', check = program): string[] {
  return spawnSync(check, [broken], { encoding: 'utf8', timeout: 30_000 }).stdout.trim().split('\n');
}

describe('the clock', () => {
  it('is 168 MHz from an 8 MHz crystal: APB1 at 42, APB2 at 84, TIM2 at 84 MHz', () => {
    expect(run()).toEqual(
      expect.arrayContaining([
        'core=168000000 apb2=84000000 timer=84000000',
        'cr=03030000', // PLLRDY, PLLON, HSERDY, HSEON
        'pllcfgr=07405408', // Q 7, HSE, P 2, N 336, M 8
        'cfgr=0000940a', // PPRE2 / 2, PPRE1 / 4, SWS and SW PLL
        'acr=00000705', // caches, prefetch, 5 wait states
        'pwr=00004000', // VOS scale 1
        'brr=729', // 84 MHz / 115200 = 729.2
      ]),
    );
  });

  it.each([
    [12_000_000, 'pllcfgr=0740540c'],
    [25_000_000, 'pllcfgr=07405419'],
  ])('comes from a crystal of %d Hz as well', (crystal, pll) => {
    expect(run('nothing', build(crystal))).toEqual(
      expect.arrayContaining(['core=168000000 apb2=84000000 timer=84000000', pll]),
    );
  });

  it.each([['crystal'], ['pll'], ['flash'], ['switch']])('falls back to 16 MHz when the %s fails', (broken) => {
    const lines = run(broken);
    expect(lines).toEqual(
      expect.arrayContaining([
        'core=16000000 apb2=16000000 timer=16000000',
        'cr=00000000',
        'cfgr=00000000',
        'brr=139', // 16 MHz / 115200 = 138.9
      ]),
    );
    expect(lines.find((line) => line.startsWith('acr='))).toMatch(/0$/);
  });

  it('refuses, when compiled, a crystal that the chip cannot use', () => {
    expect(() => build(30_000_000)).toThrow('the STM32F405 takes crystals of 4 to 26 MHz');
    expect(() => build(8_388_608)).toThrow('whole number of MHz');
  });
});

describe('the console', () => {
  it('is USART1 on PA9 and PA10, alternate function 7, with the receive interrupt', () => {
    expect(run()).toEqual(
      expect.arrayContaining([
        'moder=00280000',
        'afrh=00000770',
        'pupdr=00140000',
        'cr1=0000202c', // UE, RXNEIE, TE, RE
        'ahb1enr=00000001',
        'apb2enr=00000010',
      ]),
    );
  });

  it('keeps the oldest 256 characters, and never waits for ever to send one', () => {
    expect(run()).toEqual(expect.arrayContaining(['kept=256 in_order=1', 'dr=00000078']));
  });
});

describe('the timer', () => {
  it('counts on when its 32 bits wrap', () => {
    const lines = run();
    expect(lines).toEqual(expect.arrayContaining(['arr=ffffffff', 'tim2=00000001']));
    expect(lines.filter((line) => line.startsWith('ticks='))).toEqual([
      'ticks=5',
      'ticks=4294967280',
      'ticks=4294967299',
      'ticks=4294967300',
      'ticks=8589934594',
    ]);
  });
});
