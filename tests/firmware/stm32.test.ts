// Every STM32 port against simulated registers: what a real chip is told, also when its crystal is dead.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import { loadBoards, type BareBoard } from '../../firmware-templates/index.js';
import { portFiles } from '../../firmware-templates/port_files.js';
import { CLOCK_TREES, type Registers } from './stm32_clock_tree.js';

/** From the datasheets: the most that buses stand, in MHz, and the wait states of the flash at the sheet's clock. */
const LIMITS: Readonly<Record<string, { ahb: number; apb1: number; apb2: number; waits: number }>> = {
  STM32F072xB: { ahb: 48, apb1: 48, apb2: 48, waits: 1 },
  STM32F100xB: { ahb: 24, apb1: 24, apb2: 24, waits: 0 },
  STM32F103x8: { ahb: 72, apb1: 36, apb2: 72, waits: 2 },
  STM32F205xG: { ahb: 120, apb1: 30, apb2: 60, waits: 3 },
  STM32F303xC: { ahb: 72, apb1: 36, apb2: 72, waits: 2 },
  STM32F401xE: { ahb: 84, apb1: 42, apb2: 84, waits: 2 },
  STM32F405xG: { ahb: 168, apb1: 42, apb2: 84, waits: 5 },
  STM32F407xG: { ahb: 168, apb1: 42, apb2: 84, waits: 5 },
  STM32F411xE: { ahb: 100, apb1: 50, apb2: 100, waits: 3 },
  STM32F446xE: { ahb: 180, apb1: 45, apb2: 90, waits: 5 },
  STM32F767xI: { ahb: 216, apb1: 54, apb2: 108, waits: 7 },
  STM32G071xB: { ahb: 64, apb1: 64, apb2: 64, waits: 2 },
  STM32G474xE: { ahb: 170, apb1: 170, apb2: 170, waits: 4 },
  STM32H743xI: { ahb: 200, apb1: 100, apb2: 100, waits: 2 },
  STM32L475xG: { ahb: 80, apb1: 80, apb2: 80, waits: 4 },
  STM32L476xG: { ahb: 80, apb1: 80, apb2: 80, waits: 4 },
  STM32L4R5xI: { ahb: 120, apb1: 120, apb2: 120, waits: 5 },
  STM32U575xI: { ahb: 160, apb1: 160, apb2: 160, waits: 4 },
};

/** Reference and oscillator of the PLL in MHz, from the reference manuals. */
const PLLS: Readonly<Record<string, { reference: [number, number]; vco?: [number, number] }>> = {
  stm32f0: { reference: [1, 24] },
  stm32f1: { reference: [1, 25] },
  stm32f2: { reference: [1, 2], vco: [192, 432] },
  stm32f3: { reference: [1, 24] },
  stm32f4: { reference: [1, 2], vco: [192, 432] },
  stm32f7: { reference: [1, 2], vco: [192, 432] },
  stm32g0: { reference: [2.66, 16], vco: [96, 344] },
  stm32g4: { reference: [2.66, 16], vco: [96, 344] },
  stm32h7: { reference: [4, 8], vco: [192, 836] },
  stm32l4: { reference: [4, 8], vco: [64, 344] },
  stm32u5: { reference: [4, 8], vco: [128, 544] },
};

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-stm32-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Boards with different facts: of those that share them, the first. */
const BOARDS = [
  ...new Map(
    loadBoards()
      .filter((board) => board.framework === 'bare')
      .reverse()
      .map((board) => [JSON.stringify([board.mcu, board.clock, board.console]), board] as const),
  ).values(),
];
/** What needs the rest of the firmware, or no register. */
const NOT_SIMULATED = ['port.c', 'startup.c', 'bootloader.c', 'cache.c', 'microphone_dfsdm.c'];
const CASES = BOARDS.map((board) => [board.name, board] as const);
const named = (name: string) => BOARDS.find((board) => board.name === name)!;

const built = new Map<string, string>();

/** Compiles the check for a board; @throws what the compiler says. */
function build(board: BareBoard): string {
  const key = JSON.stringify(board);
  const done = built.get(key);
  if (done) return done;
  const place = join(folder, String(built.size));
  mkdirSync(place, { recursive: true });
  const files = portFiles(board).filter(({ path }) => path.startsWith('port/'));
  for (const { path, text } of files) writeFileSync(join(place, path.slice('port/'.length)), text);
  const here = join(packageRoot(), 'tests/firmware');
  const sources = files
    .map(({ path }) => path.slice('port/'.length))
    .filter((name) => name.endsWith('.c') && !NOT_SIMULATED.includes(name));
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-include', join(here, 'stm32_registers.h')];
  const includes = ['-I.', `-I${join(packageRoot(), 'firmware-templates/app')}`];
  const args = [...flags, ...includes, join(here, 'stm32_check.c'), ...sources, '-o', 'check'];
  const { stderr, status } = spawnSync('cc', args, { cwd: place, encoding: 'utf8' });
  if (status !== 0 || stderr) throw new Error(stderr);
  const program = join(place, 'check');
  built.set(key, program);
  return program;
}

/** What the check prints: the last value of each name, and all ticks. */
function run(board: BareBoard, broken = 'nothing'): Registers & { ticks: number[] } {
  const { stdout, status } = spawnSync(build(board), [broken], { encoding: 'utf8', timeout: 60_000 });
  expect(status).toBe(0);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('='))
    .map(([name, value]) => [name!, Number(value)] as const);
  const ticks = pairs.filter(([name]) => name === 'ticks').map(([, value]) => value);
  return { ...Object.fromEntries(pairs), ticks } as Registers & { ticks: number[] };
}

function baudError({ bus, scale, brr }: Registers, baud: number): number {
  return Math.abs((bus! * scale!) / brr! / baud - 1);
}

function within(mhz: number | undefined, limits: [number, number] | undefined): void {
  if (!limits) return;
  expect(mhz! / 1e6).toBeGreaterThanOrEqual(limits[0]);
  expect(mhz! / 1e6).toBeLessThanOrEqual(limits[1]);
}

describe.each(CASES)('%s', (_name, board) => {
  const registers = run(board);
  const limits = LIMITS[board.mcu]!;

  it("runs at its sheet's clock, as its registers say too, with buses within their limits", () => {
    const clocks = CLOCK_TREES[board.port]!(registers);
    const { core, ahb, apb1, apb2 } = clocks;
    expect({ core, apb1, apb2 }).toEqual({ core: registers.core, apb1: registers.apb1, apb2: registers.apb2 });
    expect(core).toBe(board.clock.core);
    expect(registers.timer).toBe(board.port === 'stm32f1' ? core : apb1 === ahb ? apb1 : 2 * apb1);
    expect(ahb / 1e6).toBeLessThanOrEqual(limits.ahb);
    expect(apb1 / 1e6).toBeLessThanOrEqual(limits.apb1);
    expect(apb2 / 1e6).toBeLessThanOrEqual(limits.apb2);
    within(clocks.reference, PLLS[board.port]!.reference);
    within(clocks.vco, PLLS[board.port]!.vco);
  });

  it('leaves a PLL that a boot loader has left running before it sets it', () => {
    const loaded = run(board, 'loaded');
    expect(loaded).toMatchObject({ violations: 0, core: board.clock.core });
    expect(CLOCK_TREES[board.port]!(loaded).core).toBe(board.clock.core);
  });

  it('takes the source that its sheet names', () => {
    const { crystal, input } = board.clock;
    const [on, bypass] = [Math.floor(registers.cr! / 2 ** 16) % 2, Math.floor(registers.cr! / 2 ** 18) % 2];
    expect([on, bypass]).toEqual([(crystal ?? input) ? 1 : 0, input ? 1 : 0]);
    expect(registers.source).toBe(crystal ?? input ?? 0);
  });

  it('slows the flash as the manual asks', () => expect(registers.acr! % 8).toBe(limits.waits));

  it('hits the baud rate within 2 %, on the clock of reset too', () => {
    expect(baudError(registers, board.console.baud)).toBeLessThan(0.02);
    expect(baudError(run(board, 'pll'), board.console.baud)).toBeLessThan(0.02);
  });

  // The oscillator of reset always runs: where the PLL takes that one, it cannot fail.
  const mayFail = registers.source !== 0 || ['stm32l4', 'stm32u5'].includes(board.port);
  const parts = ['pll', 'switch', ...(mayFail ? ['source'] : []), ...(limits.waits > 0 ? ['flash'] : [])];
  it.each(parts)('falls back to the clock of reset when the %s fails', (broken) => {
    const failed = run(board, broken);
    const { core, apb1, apb2, timer, reset } = failed;
    expect({ core, apb1, apb2, timer }).toEqual({ core: reset, apb1: reset, apb2: reset, timer: reset });
    expect(reset).toBeGreaterThanOrEqual(4e6);
    expect(failed.acr! % 8).toBe(0);
    expect((Math.floor(failed.cr! / 2 ** 16) % 2 ** 10) & 0b101_0000_0101).toBe(0); // HSEON, HSEBYP, PLLON
  });

  it('connects its pins and enables what it uses', () => {
    const { enabled, interrupt, cr1, running } = registers;
    const v1 = ['stm32f1', 'stm32f2', 'stm32f4'].includes(board.port);
    expect({ enabled, interrupt, running }).toEqual({ enabled: 1, interrupt: 1, running: 1 });
    expect(cr1).toBe(v1 ? 0x202c : 0x2d); // UE, RXNEIE, TE, RE
    if (board.port === 'stm32f1') expect(registers).toMatchObject({ tx: 11, rx: 8, pull: 1 });
    else expect(registers).toMatchObject({ mode: 2, alternate: board.console.alternate, pull: 1 });
  });

  it('keeps the oldest 256 characters, clears errors, never waits for ever to send', () => {
    expect(registers).toMatchObject({ kept: 256, in_order: 1, sent: 'x'.charCodeAt(0) });
    if ('cleared' in registers) expect(registers.cleared).toBe(15);
  });

  it('counts on when its timer wraps', () => {
    const period = board.port === 'stm32f1' ? 2 ** 24 : 2 ** 32;
    const expected =
      board.port === 'stm32f1'
        ? [1, period - 1, period, period + 1, 2 * period]
        : [5, period - 16, period + 3, period + 4, 2 * period + 2];
    expect(registers.ticks).toEqual(expected);
  });
});

describe('the supply', () => {
  it.each(['nucleo-f446re', 'nucleo-f767zi', 'nucleo-g474re', 'nucleo-h743zi', 'nucleo-u575zi-q'])(
    'that does not come up keeps %s on the clock of reset',
    (name) => {
      const { core, reset } = run(named(name), 'power');
      expect(core).toBe(reset);
    },
  );

  it('is over-driven and at scale 1 where the clock asks for it alone', () => {
    expect(run(named('nucleo-f446re')).pwr).toBe(0x3c000); // ODSWEN, ODEN, VOS 11
    expect(run(named('nucleo-f411re')).pwr).toBe(0xc000);
    expect(run(named('nucleo-f401re')).pwr).toBe(0x8000); // VOS 10: the STM32F401 has no scale 1
    expect(run(named('nucleo-f767zi')).pwr).toBe(0x3c000);
  });
});

describe('a crystal', () => {
  const f405 = named('generic-stm32f405');
  const withClock = (board: BareBoard, clock: BareBoard['clock']): BareBoard => ({ ...board, clock });

  it.each([12e6, 16e6, 25e6])('of %d Hz will do for an STM32F405', (crystal) => {
    const registers = run(withClock(f405, { core: 168e6, crystal }));
    expect(CLOCK_TREES.stm32f4!(registers).core).toBe(168e6);
  });

  it.each([
    ['bluepill-f103c8', 72e6, 16e6],
    ['nucleo-g474re', 170e6, 8e6],
    ['nucleo-h743zi', 400e6, 24e6],
  ])('may be another for %s', (name, core, crystal) => {
    const board = named(name);
    expect(CLOCK_TREES[board.port]!(run(withClock(board, { core, crystal }))).core).toBe(core);
  });

  it.each([
    ['nucleo-f446re', 180e6],
    ['nucleo-f767zi', 216e6],
    ['nucleo-h743zi', 400e6],
    ['nucleo-f072rb', 48e6],
    ['bluepill-f103c8', 64e6],
  ])('is not needed: %s runs at %d Hz of its own oscillator', (name, core) => {
    const board = named(name);
    expect(CLOCK_TREES[board.port]!(run(withClock(board, { core }))).core).toBe(core);
  });

  it.each([
    ['generic-stm32f405', 30e6, 168e6, '4 to 26 MHz'],
    ['generic-stm32f405', 8_388_608, 168e6, 'whole number of MHz'],
    ['generic-stm32f405', 8e6, 200e6, 'not that fast'],
    ['bluepill-f103c8', 7e6, 72e6, '2 to 16 times its source'],
    ['nucleo-g474re', 25e6, 170e6, '4, 8, 12'],
    ['nucleo-h743zi', 8e6, 480e6, 'not that fast'],
  ])('that %s cannot use is refused when compiled', (name, crystal, core, message) => {
    expect(() => build(withClock(named(name), { core, crystal }))).toThrow(message);
  });
});
