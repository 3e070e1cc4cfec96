// What doctor finds on machines that the test makes up: programs on PATH that say what it wants, a root with rules and groups.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atLeast, type Check } from '../../device/doctor/check.js';
import { nodeCheck } from '../../device/doctor/index.js';
import { serialChecks, serialGroup } from '../../device/doctor/serial.js';
import { machineCheck, toolChecks } from '../../device/doctor/tools.js';
import { installedRules, isFor, udevRules, usbIds } from '../../device/doctor/udev.js';
import { joinAdvice, membershipIn } from '../../device/groups.js';
import { installAdvice, knownTools, type Tool } from '../../device/tools.js';
import { loadBoard, loadBoards, type Board } from '../../firmware-templates/index.js';
import { kiln } from '../cli/kiln.js';

const VIRTUAL = loadBoard('virtual-stm32f405');
const GENERIC = loadBoard('generic-stm32f405');
const path = process.env['PATH'];
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tinykiln-doctor-'))));
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => (process.env['PATH'] = path));

/** Leaves these programs alone on PATH; each is a shell script. */
function programs(scripts: Record<string, string>): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  process.env['PATH'] = bin;
}

function files(contents: Record<string, string>): string {
  for (const [name, text] of Object.entries(contents)) {
    const file = join(folder, 'root', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(folder, 'root');
}

const tool = (command: string) => knownTools().find((known) => known.command === command)!;
const find = (checks: readonly Check[], name: string) => checks.find((check) => check.name === name);

function checkOf(command: string, board: Board, all: readonly Board[] = [board]): Check {
  return find(toolChecks(knownTools(), board, all), command)!;
}

describe('a program', () => {
  it('that is there is named with its version, wherever it prints it', () => {
    programs({ cmake: 'echo "cmake version 3.25.1 (x)"', avrdude: 'echo "avrdude version 7.1, URL" >&2; exit 1' });
    expect(checkOf('cmake', VIRTUAL)).toMatchObject({ status: 'ok', found: '3.25.1', needed: true });
    expect(checkOf('avrdude', VIRTUAL)).toMatchObject({ status: 'ok', found: '7.1', needed: false });
  });

  it('that is missing comes with what to type here', () => {
    programs({ 'apt-get': '' });
    expect(checkOf('cmake', VIRTUAL)).toEqual({
      name: 'cmake',
      area: 'tools',
      status: 'missing',
      found: 'not on PATH',
      why: 'builds firmware projects',
      boards: ['virtual-stm32f405'],
      needed: true,
      todo: '`sudo apt-get install cmake`',
    });
  });

  it('that is too old says which one is wanted', () => {
    programs({ 'qemu-system-arm': 'echo "QEMU emulator version 4.2.1"', brew: '' });
    const { status, found, todo } = checkOf('qemu-system-arm', VIRTUAL);
    expect([status, found, todo]).toEqual(['too old', '4.2.1', '`brew install qemu` (5.1 or newer is needed)']);
  });

  it('that lacks a library is told from one that works, by compiling a line', () => {
    const works = '[ "$1" = -dumpversion ] && { echo 12.2.1; exit; }; grep -q strlen';
    programs({ 'arm-none-eabi-gcc': `PATH=/bin:/usr/bin; ${works}`, pacman: '' });
    expect(checkOf('arm-none-eabi-gcc', VIRTUAL)).toMatchObject({ status: 'ok', found: '12.2.1' });
    programs({ 'arm-none-eabi-gcc': '[ "$1" = -dumpversion ] && { echo 12.2.1; exit; }; exit 1' });
    expect(checkOf('arm-none-eabi-gcc', VIRTUAL)).toMatchObject({
      status: 'problem',
      found: '12.2.1, without newlib',
      todo: '`sudo pacman -S arm-none-eabi-gcc arm-none-eabi-newlib`',
    });
  });

  it('is found by its other names', () => {
    programs({ 'esptool.py': 'echo "esptool.py v4.7.0"' });
    expect(checkOf('esptool', VIRTUAL)).toMatchObject({ status: 'ok', found: '4.7.0' });
  });

  it('is got from its makers where a system has no package of it', () => {
    const cube: Tool = tool('STM32_Programmer_CLI');
    for (const manager of ['apt', 'dnf', 'pacman', 'brew', 'winget', undefined] as const) {
      expect(installAdvice(cube, manager)).toBe(`get it from ${cube.url} and put it on PATH`);
    }
    expect(installAdvice(tool('cmake'), 'winget')).toBe('`winget install Kitware.CMake`');
    expect(installAdvice(tool('cmake'), 'dnf')).toBe('`sudo dnf install cmake`');
  });
});

describe('what a board needs', () => {
  const flashedBy = (...methods: Board['flash']): Board => ({ ...GENERIC, flash: methods });
  const openocd: Board['flash'][number] = { method: 'openocd', config: ['x.cfg'] };
  const stFlash: Board['flash'][number] = { method: 'st-flash' };

  it('is one way of flashing it: the first, unless another is at hand', () => {
    programs({});
    const board = flashedBy(openocd, stFlash);
    expect([checkOf('openocd', board).needed, checkOf('st-flash', board).needed]).toEqual([true, false]);
    programs({ 'st-flash': 'echo v1.7.0' });
    expect([checkOf('openocd', board).needed, checkOf('st-flash', board).needed]).toEqual([false, false]);
    expect(checkOf('openocd', flashedBy({ method: 'stm32-rom', entry: 'manual' }, openocd)).needed).toBe(false);
  });

  it('is an emulator that knows its machine', () => {
    programs({ 'qemu-system-arm': 'echo "netduinoplus2        Netduino Plus 2 Machine"' });
    expect(machineCheck(knownTools(), VIRTUAL)).toMatchObject({ name: 'machine netduinoplus2', status: 'ok' });
    expect(machineCheck(knownTools(), { ...VIRTUAL, emulator: { machine: 'netduino' } })).toMatchObject({
      status: 'missing',
      needed: true,
    });
    expect(machineCheck(knownTools(), GENERIC)).toBeUndefined();
  });

  it('of a sketch is arduino-cli, which brings its compilers', () => {
    programs({});
    const nano = loadBoard('arduino-nano-33-ble');
    expect(checkOf('arduino-cli', nano)).toMatchObject({ status: 'missing', needed: true });
    expect(checkOf('arduino-cli', loadBoard('arduino-mega-2560')).needed).toBe(true);
    expect(checkOf('arm-none-eabi-gcc', nano)).toMatchObject({ status: 'missing', needed: false });
  });

  it('names the boards that a tool is for', () => {
    const { boards } = checkOf('st-flash', VIRTUAL, loadBoards());
    expect(boards).toContain('generic-stm32f405');
    expect(boards).not.toContain('virtual-stm32f405');
    expect(checkOf('cc', VIRTUAL, loadBoards())).not.toHaveProperty('boards');
  });
});

describe('versions', () => {
  it.each([
    ['10.2', '9.3.1', true],
    ['9.3.1', '9.3.1', true],
    ['9.3', '9.3.1', false],
    ['0.9', '0.11', false],
    ['7', '6.3', true],
  ])('%s is at least %s: %s', (found, minimum, expected) => {
    expect(atLeast(found, minimum)).toBe(expected);
  });

  it('of node are held to package.json', () => {
    expect(nodeCheck('20.18.3')).toMatchObject({ status: 'too old', needed: true });
    expect(nodeCheck('22.0.0')).toMatchObject({ status: 'ok', found: '22.0.0' });
  });
});

describe('udev rules', () => {
  const all = loadBoards();

  it('cover every USB id of every board, which its own search then finds', () => {
    const text = udevRules(all, 'dialout');
    const root = files({ 'etc/udev/rules.d/60-tinykiln.rules': text });
    const rules = installedRules(root);
    const ids = [...usbIds(all).keys()];
    expect(ids.length).toBeGreaterThan(4);
    expect(rules).toHaveLength(ids.length);
    for (const id of ids)
      expect(
        rules.filter((rule) => isFor(rule, id)),
        id,
      ).toHaveLength(1);
    expect(find(serialChecks(GENERIC, all, root), 'udev rules')).toMatchObject({ status: 'ok' });
  });

  it('of others count: by product, by vendor alone, in any case', () => {
    expect(isFor('ATTRS{idVendor}=="0483", ATTRS{idProduct}=="374B", MODE="0666"', '0483:374b')).toBe(true);
    expect(isFor('ATTRS{idVendor}=="2341", MODE="0666"', '2341:035b')).toBe(true);
    expect(isFor('ATTRS{idVendor}=="0483", ATTRS{idProduct}=="df11"', '0483:374b')).toBe(false);
    expect(isFor('ATTRS{idVendor}=="1366", ATTRS{idProduct}=="374b"', '0483:374b')).toBe(false);
  });

  it('are missed where a board is flashed over raw USB', () => {
    const board: Board = { ...GENERIC, flash: [{ method: 'st-flash' }] };
    const check = find(serialChecks(board, all, files({})), 'udev rules');
    expect(check).toMatchObject({ status: 'missing', needed: process.getuid?.() !== 0 });
    expect(check!.todo).toContain('kiln doctor --udev | sudo tee /etc/udev/rules.d/60-tinykiln.rules');
    expect(find(serialChecks(GENERIC, all, files({})), 'udev rules')).toMatchObject({ needed: false });
  });

  it('are printed for a shell to put in place', async () => {
    const { code, out } = await kiln('doctor', '--udev');
    expect(code).toBe(0);
    expect(out).toContain('SUBSYSTEMS=="usb", ATTRS{idVendor}=="0483", ATTRS{idProduct}=="374b", MODE="0660"');
  });
});

describe('Linux', () => {
  const RULES = udevRules([GENERIC], 'dialout');

  it('has a group for serial ports, Debian’s before Arch’s', () => {
    expect(serialGroup(files({ 'etc/group': 'uucp:x:10:\ndialout:x:20:\n' }))?.name).toBe('dialout');
    expect(serialGroup(files({ 'etc/group': 'uucp:x:986:\n' }))?.name).toBe('uucp');
    expect(serialGroup(files({ 'etc/group': 'wheel:x:1:\n' }))).toBeUndefined();
  });

  it.skipIf(process.getuid?.() === 0)('lets no stranger open a port, and a new member after the next login', () => {
    const group = { name: 'dialout', gid: 4_000_000, members: [] as string[] };
    expect([membershipIn(group), joinAdvice(group)]).toEqual([
      'absent',
      '`sudo usermod -aG dialout $USER`, then log out and in again',
    ]);
    const joined = { ...group, members: [userInfo().username] };
    expect([membershipIn(joined), joinAdvice(joined)]).toEqual(['pending', 'log out and in again']);
  });

  it('needs a driver for each kind of port', () => {
    const modules = `lib/modules/${release()}`;
    const root = files({
      [`${modules}/modules.dep`]: 'kernel/drivers/usb/serial/ch341.ko.xz: kernel/drivers/usb/serial/usbserial.ko\n',
      [`${modules}/modules.builtin`]: 'kernel/drivers/usb/class/cdc_acm.ko\n',
    });
    const checks = serialChecks(GENERIC, [GENERIC], root);
    const status = (name: string) => find(checks, `driver ${name}`)?.status;
    expect([status('cdc_acm'), status('ch341'), status('cp210x')]).toEqual(['ok', 'ok', 'missing']);
  });

  it('may run a ModemManager, which rules keep away', () => {
    const running = { 'proc/77/comm': 'ModemManager\n' };
    expect(find(serialChecks(GENERIC, [], files(running)), 'ModemManager')).toMatchObject({ status: 'problem' });
    const root = files({ ...running, 'usr/lib/udev/rules.d/60-x.rules': RULES });
    expect(find(serialChecks(GENERIC, [], root), 'ModemManager')).toMatchObject({ status: 'ok' });
    expect(find(serialChecks(GENERIC, [], join(folder, 'none')), 'ModemManager')).toBeUndefined();
  });

  it('may run brltty, which takes adapters for braille displays', () => {
    const rule = 'ENV{PRODUCT}=="1a86/7523/*", ENV{BRLTTY_BRAILLE_DRIVER}="bm", GOTO="brltty_usb_run"\n';
    const root = files({ 'usr/lib/udev/rules.d/85-brltty.rules': rule, 'usr/bin/brltty': '' });
    expect(find(serialChecks(GENERIC, [], root), 'brltty')).toMatchObject({ status: 'problem', needed: false });
    files({ 'usr/lib/udev/rules.d/85-brltty.rules': `# ${rule}` });
    expect(find(serialChecks(GENERIC, [], root), 'brltty')).toBeUndefined();
  });

  it('may be Windows’', () => {
    const root = files({ 'proc/version': 'Linux version 5.15.90.1-microsoft-standard-WSL2' });
    expect(find(serialChecks(GENERIC, [], root), 'WSL')!.todo).toContain('usbipd attach');
  });
});

describe('kiln doctor', () => {
  it('is 1 where the board lacks something, and says what', async () => {
    programs({ 'apt-get': '' });
    const { code, out } = await kiln('doctor', '--board', 'virtual-stm32f405');
    expect(code).toBe(1);
    expect(out).toContain('== virtual-stm32f405 needs\n');
    expect(out).toContain('cmake: `sudo apt-get install cmake`');
  });

  it('is 0 where all is there, whatever other boards lack', async () => {
    const { code, out } = await kiln('doctor', '--board', 'virtual-stm32f405', '--json');
    const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Check[] };
    expect([code, ok]).toEqual([0, true]);
    for (const check of checks) expect(check.status === 'ok' || check.todo !== undefined, check.name).toBe(true);
  });
});
