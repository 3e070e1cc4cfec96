// Every board sheet that ships, and what is said of sheets that are wrong.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/files.js';
import {
  boardFolders,
  boardNames,
  checkFit,
  loadBoard,
  loadBoards,
  sheetJsonSchema,
  type Board,
} from '../../firmware-templates/index.js';

const PROMISED = [
  ...['arduino-nano-33-ble', 'arduino-nano-33-ble-sense', 'arduino-nano-33-ble-sense-rev2', 'arduino-portenta-h7'],
  ...['arduino-giga-r1', 'arduino-nicla-vision', 'arduino-nano-rp2040-connect', 'arduino-uno-r4-minima'],
  ...['arduino-uno-r4-wifi', 'arduino-mkr-zero', 'arduino-due', 'arduino-mega-2560', 'nucleo-f401re', 'nucleo-f411re'],
  ...['nucleo-f446re', 'nucleo-f767zi', 'nucleo-g071rb', 'nucleo-l476rg', 'nucleo-l4r5zi', 'nucleo-h743zi'],
  ...['nucleo-u575zi-q', 'b-l475e-iot01a', 'stm32f4-discovery', 'stm32f3-discovery', 'bluepill-f103c8'],
  ...['generic-stm32f405', 'raspberry-pi-pico', 'esp32-s3'],
];

const PORT_FOLDERS = readdirSync(join(packageRoot(), 'firmware-templates', 'ports'));
const overlap = (a: Region, b: Region) => a.origin < b.origin + b.size && b.origin < a.origin + a.size;

type Region = Board['memory']['ram'];

describe('the boards that ship', () => {
  it.each(boardNames())('%s is whole', (name) => {
    const board = loadBoard(name);
    expect(board.name).toBe(name);
    if (board.framework === 'bare') expect(PORT_FOLDERS).toContain(board.port);
    expect(board.stack).toBeLessThan(board.memory.ram.size);
    expect(board.support === 'emulator').toBe(board.emulator !== undefined);
    expect(board.support === 'data only').toBe(board.framework === 'arduino' && !board.core.startsWith('avr'));
    expect(board.flash.length).toBeGreaterThan(0);
    expect(new Set(board.flash.map(({ method }) => method)).size).toBe(board.flash.length);
  });

  it.each(boardNames())('%s has memory in its place', (name) => {
    const { core, memory } = loadBoard(name);
    const regions = [memory.flash, memory.ram, ...Object.values(memory.more)];
    // An AVR has a space of its own for flash.
    const apart = core.startsWith('avr') ? regions.slice(1) : regions;
    apart.forEach((a, i) => apart.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
    for (const { origin } of regions) expect(origin % 4).toBe(0);
  });

  it.each(loadBoards().filter((board) => board.framework === 'bare'))('$name has a console of its own', (board) => {
    const { tx, rx } = board.console;
    expect(tx).not.toBe(rx);
    expect(board.clock.core).toBeGreaterThanOrEqual(24_000_000);
  });

  it('are told apart by their USB ids, but for debuggers and adapters, which go with many', () => {
    const shared = /^(0483:37|10c4:ea60|1a86:7523)/;
    const owners = new Map<string, Set<string>>();
    for (const { usb, mcu, name, arduino } of loadBoards()) {
      for (const id of new Set([...usb.application, ...(usb.bootloader ?? [])])) {
        const owner = arduino?.fqbn ?? `${name} ${mcu}`;
        owners.set(id, (owners.get(id) ?? new Set()).add(id.startsWith('2e8a:0003') ? mcu : owner));
      }
    }
    const ambiguous = [...owners].filter(([id, names]) => names.size > 1 && !shared.test(id));
    expect(ambiguous).toEqual([]);
  });

  it('name sketches as their Arduino core does', () => {
    for (const { arduino, flash } of loadBoards()) {
      if (!arduino) continue;
      expect(arduino.fqbn.startsWith(`${arduino.core}:`)).toBe(true);
      const byCore = flash.find((way) => way.method === 'arduino-cli');
      if (byCore?.method === 'arduino-cli') expect(byCore.fqbn).toBe(arduino.fqbn);
    }
  });

  it('are at least those that are promised', () => {
    expect(boardNames()).toEqual(expect.arrayContaining(PROMISED));
  });

  it('resolves board → mcu → arch', () => {
    expect(loadBoard('virtual-stm32f405')).toMatchObject({
      core: 'cortex-m4f',
      mcu: 'STM32F405xG',
      memory: {
        flash: { origin: 0x08000000, size: 1048576 },
        ram: { origin: 0x20000000, size: 131072 },
        more: { ccm: { origin: 0x10000000, size: 65536 } },
      },
      stack: 4096,
      console: { uart: 'USART1', tx: 'PA9', rx: 'PA10', alternate: 7, baud: 115200 },
      flash: [{ method: 'virtual' }],
      emulator: { machine: 'netduinoplus2' },
    });
  });

  it('does not take what is only inherited for a board', () => {
    for (const name of boardNames()) expect(name).not.toMatch(/\/|^(cortex|avr)/);
  });

  it('publishes what a sheet may say, for editors', () => {
    const path = join(packageRoot(), 'docs', 'board.schema.json');
    const published = JSON.parse(readFileSync(path, 'utf8')) as { anyOf: { properties: Record<string, unknown> }[] };
    expect(published).toEqual(JSON.parse(JSON.stringify(sheetJsonSchema())));
    for (const { properties } of published.anyOf)
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(['inherits', 'framework', 'memory', 'flash']));
  });
});

describe('a sheet that is wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinykiln-boards-'));
  const whole = {
    description: 'a board',
    core: 'cortex-m4f',
    kernels: 'dsp',
    compiler: { prefix: 'arm-none-eabi-', flags: ['-mcpu=cortex-m4'] },
    mcu: 'X',
    framework: 'bare',
    port: 'stm32f4',
    memory: { flash: { origin: '0x0', size: '64K' }, ram: { origin: '0x20000000', size: '16K' } },
    stack: '2K',
    clock: { core: 1000, crystal: 1000 },
    console: { uart: 'USART1', tx: 'PA9', rx: 'PA10', alternate: 7, baud: 115200 },
    flash: [],
    usb: { application: [] },
    support: 'compiles',
  };

  const sheet = (name: string, content: unknown) => {
    const path = join(folder, `${name}.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const load = (name = 'mine') => loadBoard(name, [folder]);

  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    sheet('mcu/base', whole);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is told from a good one, whose heirs change what they name alone', () => {
    sheet('mine', {
      $schema: 'board.schema.json',
      inherits: 'mcu/base',
      memory: { ram: { size: '32K' } },
      usb: { application: ['0483:374b'] },
    });
    expect(load()).toMatchObject({
      memory: { flash: { size: 65536 }, ram: { origin: 0x20000000, size: 32768 } },
      usb: { application: ['0483:374b'] },
    });
    expect(loadBoards([folder]).map(({ name }) => name)).toEqual(['mine']);
  });

  it.each([
    ['an unknown key', { memory: { rom: {} } }, 'unknown key `memory.rom`'],
    ['a wrong value', { console: { tx: 'A9' } }, '`console.tx`'],
    ['a size without a unit', { stack: 4096 }, '`stack`'],
    ['an address that is none', { memory: { flash: { origin: '8000' } } }, '`memory.flash.origin`'],
    ['no emulator to flash', { flash: [{ method: 'virtual' }] }, '`emulator` is missing'],
    ['a method that nobody knows', { flash: [{ method: 'telepathy' }] }, '`flash.0.method`'],
    ['an option that a method lacks', { flash: [{ method: 'dfu-util', alt: 0 }] }, '`flash.0.usb`'],
    ["an option that is another method's", { flash: [{ method: 'st-flash', alt: 0 }] }, 'unknown key `flash.0.alt`'],
    ['a framework that nobody knows', { framework: 'zephyr' }, '`framework`'],
    ['two clocks on one pin', { clock: { input: 8000000 } }, '`clock` has both `crystal` and `input`'],
    ['inherits what is not there', { inherits: 'mcu/none' }, 'inherits mcu/none, which does not exist'],
    ['inherits from outside', { inherits: '../../secret' }, 'inherits ../../secret, which does not exist'],
    ['inherits no name', { inherits: 5 }, '`inherits` is not the name of a sheet'],
    ['no object', [], 'not a JSON object'],
    ['no JSON', '{"inherits":', 'not JSON'],
  ])('%s', (_what, content, message) => {
    sheet(
      'mine',
      typeof content === 'string' || Array.isArray(content) ? content : { inherits: 'mcu/base', ...content },
    );
    expect(load).toThrow(`board sheet ${join(folder, 'mine.json')}: ${message}`);
  });

  it('a missing key', () => {
    const { clock: _, ...rest } = whole;
    sheet('mine', rest);
    expect(load).toThrow(`board sheet ${join(folder, 'mine.json')}: \`clock\``);
  });

  it('pins without the number of their function, but on an STM32F1', () => {
    const { alternate: _, ...console } = whole.console;
    sheet('mine', { ...whole, console });
    expect(load).toThrow('`console.alternate` is missing');
    sheet('mine', { ...whole, console, port: 'stm32f1' });
    expect(load()).toMatchObject({ port: 'stm32f1' });
  });

  it('a cycle', () => {
    sheet('mine', { inherits: 'mcu/a' });
    sheet('mcu/a', { inherits: 'mcu/b' });
    sheet('mcu/b', { inherits: 'mcu/a' });
    const path = (name: string) => join(folder, `${name}.json`);
    const circle = ['mine', 'mcu/a', 'mcu/b', 'mcu/a'].map(path).join(' → ');
    expect(load).toThrow(`board sheet ${path('mine')}: inherits itself: ${circle}`);
  });

  it('a board that nobody knows: those known are listed', () => {
    sheet('mine', { inherits: 'mcu/base' });
    expect(() => load('nucleo')).toThrow('board nucleo: no board of this name is known. Choose one of mine.');
    expect(() => load('../mine')).toThrow('no board of this name is known');
  });
});

describe("a project's own boards", () => {
  const project = mkdtempSync(join(tmpdir(), 'tinykiln-own-'));
  const own = (name: string, content: unknown) => {
    mkdirSync(join(project, 'boards'), { recursive: true });
    writeFileSync(join(project, 'boards', `${name}.json`), JSON.stringify(content));
  };
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('are none where there is no folder', () => expect(boardFolders(project)).toHaveLength(1));

  it('inherit what tinykiln has, and lie among its boards', () => {
    own('motor', { inherits: 'nucleo-f446re', description: 'Motor controller', console: { tx: 'PD5', rx: 'PD6' } });
    own('motor-b', { inherits: 'motor', clock: { core: 168_000_000 } });
    const folders = boardFolders(project);
    expect(boardNames(folders)).toEqual(expect.arrayContaining(['motor', 'motor-b', 'nucleo-f446re']));
    expect(loadBoard('motor-b', folders)).toMatchObject({
      mcu: 'STM32F446xE',
      clock: { core: 168_000_000, input: 8_000_000 },
      console: { uart: 'USART2', tx: 'PD5', alternate: 7 },
    });
  });

  it('are named with their file when they are wrong', () => {
    own('broken', { inherits: 'nucleo-f446re', console: { tx: 'D5' } });
    const path = join(project, 'boards', 'broken.json');
    expect(() => loadBoard('broken', boardFolders(project))).toThrow(`board sheet ${path}: \`console.tx\``);
    expect(() => loadBoards(boardFolders(project))).toThrow(path);
    rmSync(path);
  });

  it('may not inherit themselves by the name of one of ours', () => {
    own('nucleo-f446re', { inherits: 'nucleo-f446re' });
    expect(() => loadBoard('nucleo-f446re', boardFolders(project))).toThrow('inherits itself');
  });
});

describe('checkFit', () => {
  const board = loadBoard('virtual-stm32f405');
  const fits = { flashBytes: 60_000, ramBytes: 30_000, inputBytes: 490 };

  it('lets a model pass that fits', () => expect(() => checkFit(board, fits)).not.toThrow());

  it('says by how many bytes one does not', () => {
    const missing = (size: typeof fits) => {
      try {
        checkFit(board, size);
        return 0;
      } catch (error) {
        expect(error).toMatchObject({ code: 'model-too-large', exitCode: 2 });
        return Number(/, (\d+) B more/.exec(String(error))![1]);
      }
    };
    const flash = missing({ ...fits, flashBytes: 2 ** 20 });
    expect(flash).toBeGreaterThan(0);
    expect(missing({ ...fits, flashBytes: 2 ** 20 - flash })).toBe(0);
    expect(missing({ ...fits, flashBytes: 2 ** 20 - flash + 1 })).toBe(1);
    const ram = missing({ ...fits, ramBytes: 2 ** 17 });
    expect(missing({ ...fits, ramBytes: 2 ** 17 - ram + 1 })).toBe(1);
    expect(missing({ ...fits, ramBytes: 2 ** 17, inputBytes: 491 })).toBe(ram + 1);
  });

  it('names flash and RAM where both are too small', () => {
    const huge = { flashBytes: 2 ** 21, ramBytes: 2 ** 20, inputBytes: 1 };
    expect(() => checkFit(board, huge)).toThrow(/B of flash, .*; the model needs at least \d+ B of RAM/);
  });
});
