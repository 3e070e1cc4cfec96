// Which ports there are, and which is meant: what udevadm says of them, also where there is none. A fake one on PATH says what
// the test wants.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdtempSync, openSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/main.js';
import { denial, parseLsof, portUsers } from '../../device/port_access.js';
import { boardNames, choosePort, listPorts, portLine, type Port } from '../../device/ports.js';
import { loadBoard } from '../../firmware-templates/index.js';
import { failureOf } from './workbench.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-ports-'));
const path = process.env['PATH'];
const GENERIC = loadBoard('generic-stm32f405');
const BOARDS = [
  { ...GENERIC, usb: { application: ['0483:374b'], bootloader: ['0483:df11'] } },
  { ...GENERIC, name: 'nucleo-x', usb: { application: ['0483:374b'] } },
  { ...GENERIC, name: 'nano-y', usb: { application: ['2341:805a'], bootloader: ['2341:005a'] } },
];

afterEach(() => (process.env['PATH'] = path));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fakeUdevadm(script: string): void {
  const program = join(folder, 'udevadm');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
}

const device = (name: string, vendor: string, product: string) =>
  [
    `P: /devices/${name}`,
    `N: ${name}`,
    `E: DEVNAME=/dev/${name}`,
    `E: ID_VENDOR_ID=${vendor}`,
    `E: ID_MODEL_ID=${product}`,
    'E: ID_VENDOR_ENC=STMicroelectronics',
    'E: ID_SERIAL_SHORT=066F',
  ].join('\n');

const shown = (...devices: string[]) => fakeUdevadm(`cat <<'END'\n${devices.join('\n\n')}\nEND`);

describe.skipIf(process.platform !== 'linux')('listPorts', () => {
  it('names the boards that show a USB id, and leaves unknown ones nameless', async () => {
    shown(device('ttyACM0', '0483', '374B'), device('ttyUSB0', 'dead', 'beef'));
    const common = { virtual: false, bootloader: false, users: [], manufacturer: 'STMicroelectronics' };
    expect(await listPorts([], BOARDS)).toEqual({
      notices: [],
      ports: [
        {
          path: '/dev/ttyACM0',
          boards: ['generic-stm32f405', 'nucleo-x'],
          usb: '0483:374b',
          serialNumber: '066F',
          ...common,
        },
        { path: '/dev/ttyUSB0', boards: [], usb: 'dead:beef', serialNumber: '066F', ...common },
      ],
    });
  });

  it('tells a board in its boot loader from one that runs', async () => {
    shown(device('ttyACM1', '2341', '005a'), device('ttyACM2', '2341', '805a'));
    const { ports } = await listPorts([], BOARDS);
    expect(ports.map(({ boards, bootloader }) => [...boards, bootloader])).toEqual([
      ['nano-y', true],
      ['nano-y', false],
    ]);
  });

  it('outlives a machine without udevadm, where serialport would end the process', async () => {
    process.env['PATH'] = join(folder, 'empty');
    const { notices } = await listPorts([join(folder, 'no-such-state')]);
    expect(notices).toEqual([expect.stringContaining('udevadm is not installed')]);
  });
});

describe.skipIf(process.platform !== 'linux')('kiln ports --watch', () => {
  it('says what comes and goes until Ctrl-C', async () => {
    let out = '';
    const stream = () => new Writable({ write: (chunk: Buffer, _, done) => done(void (out += chunk.toString())) });
    shown(device('ttyACM0', '0483', '374b'));
    const code = main(['ports', '--watch', '-C', folder], { cwd: folder, stdout: stream(), stderr: stream(), env: {} });
    await vi.waitFor(() => expect(out).toContain('watching; Ctrl-C ends it'), 20_000);
    shown(device('ttyUSB7', 'dead', 'beef'));
    await vi.waitFor(
      () => expect(out).toContain('+ /dev/ttyUSB7 (unknown board, dead:beef, serial number 066F)'),
      20_000,
    );
    expect(out).toContain('- /dev/ttyACM0 (');
    process.emit('SIGINT');
    expect(await code).toBe(0);
  });
});

describe('who has a port open', () => {
  const file = join(folder, 'tty');
  const link = join(folder, 'board.tty');

  beforeAll(() => symlinkSync('/dev/null', link));

  it.skipIf(process.platform !== 'linux')('is told by name, through links, and never of this process', async () => {
    const own = openSync(link, 'r');
    const child = spawn('sleep', ['60'], { stdio: [openSync(link, 'r'), 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const users = portUsers([link]).get(link)!;
    child.kill();
    closeSync(own);
    expect(users).toContainEqual({ pid: child.pid, program: 'sleep' });
    expect(users.map(({ pid }) => pid)).not.toContain(process.pid);
  });

  it('is nobody for a port that is not there', () => {
    expect(portUsers([file])).toEqual(new Map([[file, []]]));
  });

  it('is read from lsof where there is no /proc', () => {
    expect(parseLsof('p411\ncscreen\nf5\nn/dev/cu.usbmodem1\np7\ncminicom\nn/dev/a\nn/dev/b\n')).toEqual([
      { pid: 411, program: 'screen', file: '/dev/cu.usbmodem1' },
      { pid: 7, program: 'minicom', file: '/dev/a' },
      { pid: 7, program: 'minicom', file: '/dev/b' },
    ]);
    expect(parseLsof('')).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() === 0)('a port that may not be opened', () => {
  it('says what to type', () => {
    const closed = join(realpathSync(folder), 'closed');
    writeFileSync(closed, '');
    chmodSync(closed, 0o000);
    expect(denial(closed)).toEqual({ todo: `\`sudo chmod a+rw ${closed}\`` });
  });
});

describe('which port is meant', () => {
  const port = (path: string, boards: string[], more: Partial<Port> = {}): Port => {
    return { path, boards, virtual: false, bootloader: false, users: [], ...more };
  };
  const virtual = port('/dev/pts/9', ['virtual-stm32f405'], { virtual: true });
  const one = port('/dev/ttyACM0', ['nucleo-x'], { usb: '0483:374b', serialNumber: 'A1' });
  const two = port('/dev/ttyACM1', ['nucleo-x'], { usb: '0483:374b', serialNumber: 'B2' });
  const starting = port('/dev/ttyACM2', ['nano-y'], { usb: '2341:005a', bootloader: true });
  const stranger = port('/dev/ttyUSB0', [], { usb: 'dead:beef' });

  it.each([
    ['a path, listed', { port: '/dev/ttyACM0' }, [virtual, one], one.path],
    ['a path, not listed', { port: '/dev/pts/7' }, [virtual, one], '/dev/pts/7'],
    ['the one that is known', {}, [stranger, one], one.path],
    ['the same by auto', { port: 'auto' }, [stranger, one], one.path],
    ['the virtual one before others', { port: 'auto' }, [one, virtual, two], virtual.path],
    ['by board', { board: 'nucleo-x' }, [virtual, one], one.path],
    ['by serial number', { serialNumber: 'B2' }, [virtual, one, two], two.path],
    ['by both', { board: 'nucleo-x', serialNumber: 'A1' }, [virtual, one, two], one.path],
  ])('%s', (_, wanted, ports, expected) => {
    expect(choosePort(wanted, ports).path).toBe(expected);
  });

  it('is refused with what there is, where none fits', async () => {
    const failure = await failureOf(() =>
      choosePort({ board: 'nano-y', serialNumber: 'C3' }, [one, stranger], ['no udev']),
    );
    expect(failure).toMatchObject({ code: 'port-unknown', exitCode: 2 });
    expect(String(failure)).toContain(
      'no port shows nano-y, serial number C3: there are /dev/ttyACM0 (nucleo-x, 0483:374b, serial number A1); ' +
        '/dev/ttyUSB0 (unknown board, dead:beef); no udev. Plug the board in',
    );
    expect(String(await failureOf(() => choosePort({}, [starting])))).toContain(
      '/dev/ttyACM2 (nano-y, boot loader, 2341',
    );
    expect(String(await failureOf(() => choosePort({}, [])))).toContain('a board that tinykiln knows: there is none');
  });

  it('is refused with the candidates, where several fit', async () => {
    const failure = await failureOf(() => choosePort({ port: 'auto' }, [one, stranger, two]));
    expect(failure).toMatchObject({ code: 'port-ambiguous', exitCode: 2 });
    expect(String(failure)).toContain(`2 ports fit: ${portLine(one)}; ${portLine(two)}. Name one with --port`);
  });

  it('is shown with a few names, where an adapter is on many boards', () => {
    expect(boardNames(['a', 'b', 'c'])).toBe('a or b or c');
    expect(boardNames(['a', 'b', 'c', 'd', 'e'])).toBe('a, b or 3 others');
  });
});
