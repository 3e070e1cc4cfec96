// Programs of others: what would be run for every board, how their failures are read, and what the real ones say with no board.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { KilnError } from '../../../base/errors.js';
import { flash, planFlash, waysOf } from '../../../device/flashers/index.js';
import { runProgram } from '../../../device/flashers/programs/run.js';
import { shellLine } from '../../../device/flashers/programs/shell.js';
import { PROGRAMS, type ProgramName } from '../../../device/flashers/programs/table.js';
import { toolOf } from '../../../device/flashers/programs/tool.js';
import type { Program } from '../../../device/flashers/programs/program.js';
import { formatImage } from '../../../device/formats/index.js';
import { findProgram, findTool } from '../../../device/tools.js';
import { loadBoard, loadBoards, type Board } from '../../../firmware-templates/index.js';
import { failureOf } from '../workbench.js';
import { PYTHON, romOnPty } from './rom_on_pty.js';
import { STM32F405 } from './rom_simulator.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const options = { virtualFolder: folder };

/** Firmware of 600 bytes where the board's flash begins. */
function firmwareFor(board: Board): string {
  const file = join(folder, `${board.name}.hex`);
  writeFileSync(file, formatImage([{ address: board.memory.flash.origin, bytes: new Uint8Array(600).fill(7) }], 'hex'));
  return file;
}

describe('a plan', () => {
  const path = process.env['PATH'];
  afterAll(() => (process.env['PATH'] = path));

  it('is what would be run, for every way of every board', async () => {
    process.env['PATH'] = '';
    const lines: string[] = [];
    for (const board of loadBoards()) {
      const file = board.flash.some(({ method }) => method === 'stm32-rom') ? firmwareFor(board) : '/p/firmware.elf';
      for (const { method } of board.flash) {
        const plan = await planFlash(board, file, { ...options, method, port: '/dev/ttyACM0' });
        lines.push(`== ${board.name}, ${method}`, ...plan.lines.map((line) => line.replaceAll(folder, '/p')));
      }
    }
    process.env['PATH'] = path;
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('plans.txt');
  });

  it('quotes what a shell would take apart', () => {
    expect(shellLine(['a b', "it's", 'x=1', '--y', '{a}'])).toBe(`'a b' 'it'\\''s' x=1 --y '{a}'`);
  });
});

describe('a board', () => {
  it('whose programs are all missing names each and how to install it', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '';
    const board = loadBoard('nucleo-f446re');
    const failure = await failureOf(() => flash(board, firmwareFor(board), options));
    process.env['PATH'] = path;
    expect(failure).toMatchObject({ code: 'tool-missing', exitCode: 2 });
    for (const name of ['openocd', 'st-flash', 'STM32_Programmer_CLI']) expect(String(failure)).toContain(`${name} (`);
  });

  it('is flashed by the first way whose program is there', () => {
    const ways = waysOf(loadBoard('generic-stm32f405'));
    expect(ways[0]).toEqual({ method: 'stm32-rom', isDefault: true });
    expect(ways.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('refuses a way that its sheet does not have', async () => {
    const failure = await failureOf(() =>
      planFlash(loadBoard('nucleo-f446re'), 'x.elf', { ...options, method: 'bossac' }),
    );
    expect(failure).toMatchObject({ code: 'flash-method-unknown', exitCode: 2 });
    expect(String(failure)).toContain('Choose one of openocd, st-flash');
  });

  it('refuses firmware of another', async () => {
    const board = loadBoard('nucleo-f446re');
    const file = firmwareFor(loadBoard('raspberry-pi-pico'));
    const fake = join(folder, 'openocd');
    writeFileSync(fake, '#!/bin/sh\necho "Open On-Chip Debugger 0.12.0"\n');
    chmodSync(fake, 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path}`;
    const failure = await failureOf(() => flash(board, file, { ...options, method: 'openocd' }));
    writeFileSync(fake, '#!/bin/sh\necho "Open On-Chip Debugger 0.9.0"\n');
    const old = await failureOf(() => flash(board, firmwareFor(board), { ...options, method: 'openocd' }));
    process.env['PATH'] = path;
    expect(failure).toMatchObject({ code: 'image-outside' });
    expect(old).toMatchObject({ code: 'tool-too-old' });
    expect(String(old)).toMatch(/version 0.9.0 is too old: 0.11 or newer is needed/);
  });
});

/** As each program says it; the code that comes of it. */
const SAID: readonly (readonly [ProgramName, string, string])[] = [
  ['openocd', 'Error: open failed', 'probe-missing'],
  ['openocd', 'Error: init mode failed (unable to connect to the target)', 'target-silent'],
  ['openocd', 'Error: libusb_open() failed with LIBUSB_ERROR_ACCESS\nError: open failed', 'port-denied'],
  ['openocd', 'Error: stm32x device protected', 'flash-locked'],
  ['openocd', '** Verify Failed **', 'flash-verify'],
  ['st-flash', "WARN usb.c: Couldn't find any ST-Link devices", 'probe-missing'],
  ['st-flash', 'ERROR Could not open USB device 0x0483:0x374b, access error.', 'port-denied'],
  ['st-flash', "Can not connect to target. Please use 'connect under reset' and try again", 'target-silent'],
  ['st-flash', 'Flash memory is write protected', 'flash-locked'],
  ['stm32-programmer', 'Error: No debug probe detected.', 'probe-missing'],
  ['stm32-programmer', 'Error: No STM32 target found!', 'target-silent'],
  ['dfu-util', 'dfu-util: No DFU capable USB device available', 'bootloader-missing'],
  ['dfu-util', 'dfu-util: Cannot open DFU device 2341:035b found on devnum 9 (LIBUSB_ERROR_ACCESS)', 'port-denied'],
  ['dfu-util', 'dfu-util: More than one DFU capable USB device found!', 'port-ambiguous'],
  ['bossac', 'No device found on ttyACM0', 'bootloader-silent'],
  ['bossac', 'Device unsupported', 'chip-mismatch'],
  ['bossac', 'Verify failed\nPage errors: 3', 'flash-verify'],
  ['avrdude', 'avrdude OS error: cannot open port /dev/ttyACM9: No such file or directory', 'port-missing'],
  ['avrdude', 'avrdude error: programmer not in sync, resp=0x00', 'bootloader-silent'],
  ['avrdude', 'avrdude error: timeout communicating with programmer', 'bootloader-silent'],
  ['avrdude', 'can\'t open device "/dev/ttyACM0": Permission denied', 'port-denied'],
  ['avrdude', 'connected part m328p differs in signature from -p m2560', 'chip-mismatch'],
  ['arduino-cli', "Error during Upload: Platform 'arduino:samd' not found", 'core-missing'],
  ['arduino-cli', 'Failed uploading: port busy', 'port-busy'],
  ['esptool', 'A fatal error occurred: Failed to connect to ESP32-S3: No serial data received.', 'bootloader-silent'],
  ['esptool', "could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0'", 'port-denied'],
  ['picotool', 'No accessible RP2040 devices in BOOTSEL mode were found.', 'bootloader-missing'],
  [
    'picotool',
    'No accessible RP2040 device…\nbut:\nDevice at bus 1 … but picotool was unable to connect',
    'port-denied',
  ],
];

describe('what a program says', () => {
  const says = (name: ProgramName, text: string, code: number) => {
    const script = `process.stderr.write(${JSON.stringify(`${text}\n`)}); process.exitCode = ${code}`;
    const lines: string[] = [];
    const program = PROGRAMS[name] as Program<ProgramName>;
    const done = failureOf(() =>
      runProgram(program, process.execPath, ['-e', script], { onOutput: (line) => lines.push(line) }),
    );
    return done.then((failure) => ({ failure, lines }));
  };

  it.each(SAID)('%s: %s', async (name, text, code) => {
    const { failure, lines } = await says(name, text, 1);
    expect(failure).toMatchObject({ code, fault: 'device' });
    expect(String(failure)).toContain(text.split('\n').at(-1));
    expect(String(failure)).toMatch(/run `kiln flash` again/);
    expect(lines).toEqual(text.split('\n'));
  });

  it('is shown where it is not known', async () => {
    const { failure } = await says('st-flash', 'the moon is full', 3);
    expect(failure).toMatchObject({ code: 'flash-failed' });
    expect(String(failure)).toMatch(/failed with exit code 3:\nthe moon is full\n.*run `kiln flash` again/s);
  });

  it('has to be that it flashed, whatever its exit code is', async () => {
    expect((await says('st-flash', 'goodbye', 0)).failure).toMatchObject({ code: 'flash-failed' });
    expect((await says('st-flash', 'Flash written and verified! jolly good!', 0)).failure).toBeUndefined();
    expect((await says('st-flash', 'Flash written and verified! jolly good!', 1)).failure).toMatchObject({
      code: 'flash-failed',
    });
  });

  it('counts where a board in DFU leaves before the last word', async () => {
    expect((await says('dfu-util', 'File downloaded successfully', 74)).failure).toBeUndefined();
    expect((await says('dfu-util', 'Error during download get_status', 74)).failure).toMatchObject({
      code: 'flash-failed',
    });
  });

  it('is not waited for without end', async () => {
    const endless = ['-e', 'setInterval(() => {}, 1000)'];
    const failure = await failureOf(() => runProgram(PROGRAMS.avrdude, process.execPath, endless, { timeoutMs: 200 }));
    expect(failure).toMatchObject({ code: 'flash-failed' });
    expect(String(failure)).toContain('did not end within 0.2 s');
  });
});

/** With no board: the flags are taken, and the failure is the one that it is. */
const ALONE: readonly (readonly [ProgramName, string, readonly string[]])[] = [
  ['openocd', 'nucleo-f446re', ['probe-missing', 'port-denied']],
  ['st-flash', 'nucleo-f446re', ['probe-missing', 'port-denied']],
  ['dfu-util', 'arduino-uno-r4-minima', ['bootloader-missing', 'port-denied']],
  ['bossac', 'arduino-due', ['bootloader-silent']],
  ['avrdude', 'arduino-mega-2560', ['bootloader-silent']],
];
const GCC = findProgram('arm-none-eabi-gcc');

describe.each(ALONE)('the real %s with no board', (method, name, codes) => {
  const needsElf = PROGRAMS[method].format === 'elf';
  it.skipIf(!findTool(toolOf(method)!) || !PYTHON || (needsElf && !GCC))(
    'takes its arguments, and is understood',
    async () => {
      const board = loadBoard(name);
      const file = needsElf ? elfFor(board) : firmwareFor(board);
      // A port that opens and never answers; avrdude would knock at a terminal for half a minute.
      const cable = await romOnPty(STM32F405);
      const failure = await failureOf(() =>
        flash(board, file, { ...options, method, port: method === 'avrdude' ? '/dev/null' : cable.port }),
      );
      cable.unplug();
      expect(codes).toContain((failure as KilnError).code);
    },
  );
});

function elfFor({ name, memory }: Board): string {
  const [source, elf] = [join(folder, 'main.c'), join(folder, `${name}.elf`)];
  writeFileSync(source, 'int main(void) { return 0; }');
  const start = `-Wl,-Ttext=0x${memory.flash.origin.toString(16)},--build-id=none,-n`;
  expect(spawnSync(GCC!, ['-nostdlib', '-e', 'main', start, source, '-o', elf], { encoding: 'utf8' })).toMatchObject({
    status: 0,
  });
  return elf;
}
