// Which ports there are: what udevadm says of them, also where there is none. A fake one on PATH says what the test wants.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { listPorts } from '../../device/ports.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-ports-'));
const path = process.env['PATH'];

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

describe.skipIf(process.platform !== 'linux')('listPorts', () => {
  it('names the boards that show a USB id, and leaves unknown ones nameless', async () => {
    fakeUdevadm(`cat <<'END'\n${device('ttyACM0', '0483', '374B')}\n\n${device('ttyUSB0', 'dead', 'beef')}\nEND`);
    const common = { virtual: false, manufacturer: 'STMicroelectronics', serialNumber: '066F' };
    expect(await listPorts()).toEqual({
      notices: [],
      ports: [
        { path: '/dev/ttyACM0', boards: ['generic-stm32f405'], usb: '0483:374b', ...common },
        { path: '/dev/ttyUSB0', boards: [], usb: 'dead:beef', ...common },
      ],
    });
  });

  it('outlives a machine without udevadm, where serialport would end the process', async () => {
    process.env['PATH'] = join(folder, 'empty');
    const { notices } = await listPorts([join(folder, 'no-such-state')]);
    expect(notices).toEqual([expect.stringContaining('udevadm is not installed')]);
  });
});
