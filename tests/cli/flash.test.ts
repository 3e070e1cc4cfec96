// `kiln flash` as it is typed: onto the simulated boot loader, as a plan, as a list, and refused.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatImage } from '../../device/formats/index.js';
import { PYTHON, romOnPty } from '../device/flashers/rom_on_pty.js';
import { STM32F103 } from '../device/flashers/rom_simulator.js';
import { kiln } from './kiln.js';

const folder = mkdtempSync(join(tmpdir(), 'tinykiln-cli-flash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = new Uint8Array(1500).fill(0x5a);
const file = join(folder, 'app.hex');
writeFileSync(file, formatImage([{ address: 0x08000000, bytes }], 'hex'));
const bluepill = ['flash', file, '--board', 'bluepill-f103c8'];

describe.skipIf(!PYTHON)('kiln flash, onto a boot loader', () => {
  it('shows how far it is, and a line of what it did', async () => {
    const cable = await romOnPty(STM32F103);
    const { code, out, err } = await kiln(...bluepill, '--method', 'stm32-rom', '--port', cable.port);
    cable.unplug();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/erase: .*write: .*verify: /s);
    expect(out).toMatch(/bluepill-f103c8 runs .*app.hex by stm32-rom: 1500 B in \d+\.\d s, read back by kiln/);
    expect(cable.chip.holds(0x08000000, bytes)).toBe(true);
  });

  it('gives machines one object', async () => {
    const cable = await romOnPty(STM32F103);
    const { out } = await kiln(...bluepill, '--port', cable.port, '--json');
    cable.unplug();
    expect(JSON.parse(out)).toMatchObject({
      ...{ board: 'bluepill-f103c8', method: 'stm32-rom', port: cable.port },
      ...{ bytes: 1500, verified: 'read back by kiln', retries: 0 },
    });
  });

  it('is refused where the chip is another', async () => {
    const cable = await romOnPty(STM32F103);
    const { code, err } = await kiln('flash', file, '--board', 'generic-stm32f405', '--port', cable.port);
    cable.unplug();
    expect(code).toBe(2);
    expect(err).toMatch(/the chip is STM32F10x medium density.*nothing was changed/);
  });
});

describe('kiln flash', () => {
  it('--dry-run prints and touches nothing', async () => {
    const before = readdirSync(folder);
    const { code, out } = await kiln(...bluepill, '--method', 'st-flash', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^\\S*st-flash --reset --format ihex write ${file}\n$`));
    expect(readdirSync(folder)).toEqual(before);
  });

  it('--list says what each way needs', async () => {
    const { code, out } = await kiln(...bluepill, '--list');
    expect(code).toBe(0);
    expect(out).toMatch(/default +stm32-rom +nothing more/);
    expect(out).toMatch(/st-flash +st-flash/);
  });

  it('shows what a program prints, and keeps it', async () => {
    const fake = join(folder, 'st-flash');
    writeFileSync(
      fake,
      '#!/bin/sh\ncase "$1" in --version) echo v1.7.0;; *) echo "Flash written and verified! jolly good!";; esac\n',
    );
    chmodSync(fake, 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path}`;
    const { code, out } = await kiln(...bluepill, '--method', 'st-flash');
    process.env['PATH'] = path;
    expect(code).toBe(0);
    expect(out).toMatch(/jolly good!\n.*by st-flash: 1500 B in .* read back by the program/);
    expect(readFileSync(join(folder, 'flash.log'), 'utf8')).toBe('Flash written and verified! jolly good!\n');
  });

  it.each([
    [['flash', file], /a file does not say which board.*--board/],
    [[...bluepill, '--method', 'bossac'], /not flashed by `bossac`. Choose one of stm32-rom, openocd, st-flash/],
    [[...bluepill, '--port', '/dev/no-such-port'], /port \/dev\/no-such-port: no such port.*run `kiln flash` again/],
    [
      [...bluepill, '--port', file, '--wiring', 'boot0=dtr'],
      /`boot0=dtr` is no wiring. Write it as boot0=rts,reset=dtr/,
    ],
    [[...bluepill, '--entry', 'magic'], /entry/],
    [['flash', join(folder, 'none.hex'), '--board', 'bluepill-f103c8'], /none.hex: no such file/],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await kiln(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
