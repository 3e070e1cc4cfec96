// The simulated boot loader is believed because Debian's stm32flash believes it; then our flasher does the same, on real ports.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../../base/random.js';
import type { FlashOptions } from '../../../device/flashers/index.js';
import { stm32RomFlasher } from '../../../device/flashers/stm32/index.js';
import { formatImage, type Image } from '../../../device/formats/index.js';
import { findProgram } from '../../../device/tools.js';
import { loadBoard } from '../../../firmware-templates/index.js';
import { failureOf } from '../workbench.js';
import { PYTHON, romOnPty, type RomOnPty } from './rom_on_pty.js';
import { STM32F103, STM32F405, type ChipModel } from './rom_simulator.js';

const STM32FLASH = findProgram('stm32flash');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'tinykiln-stm32flash-'));
const random = new Random(1);
const bytes = Uint8Array.from({ length: 4416 }, () => random.integer(256));
const image: Image = [{ address: 0x08000000, bytes }];
const file = join(folder, 'firmware.bin');
writeFileSync(file, bytes);
writeFileSync(join(folder, 'firmware.hex'), formatImage(image, 'hex'));

let cable: RomOnPty | undefined;
afterEach(() => cable?.unplug());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHIPS = [
  { chip: STM32F405, board: loadBoard('generic-stm32f405') },
  { chip: STM32F103, board: loadBoard('bluepill-f103c8') },
];

describe.skipIf(!PYTHON || !STM32FLASH)('stm32flash', () => {
  const stm32flash = async (chip: ChipModel, ...args: string[]) => {
    cable = await romOnPty(chip);
    // A pseudo-terminal refuses parity from stm32flash.
    const { stdout } = await run(STM32FLASH!, ['-b', '115200', '-m', '8n1', ...args, cable.port], { timeout: 30_000 });
    return stdout;
  };

  it.each(CHIPS)('flashes, verifies and starts the simulated $board.mcu', async ({ chip }) => {
    const output = await stm32flash(chip, '-w', file, '-v', '-g', '0x08000000');
    expect(output).toContain('100.00%) Done.');
    expect(cable!.chip.holds(0x08000000, bytes)).toBe(true);
    expect(cable!.chip.started).toBe(0x08000000);
  });

  it('flashes the .hex that we write', async () => {
    await stm32flash(STM32F405, '-w', join(folder, 'firmware.hex'), '-v');
    expect(cable!.chip.holds(0x08000000, bytes)).toBe(true);
  });

  it('finds the protection that we explain, and lifts it as we say', async () => {
    const output = await stm32flash({ ...STM32F405, protected: true }, '-k');
    expect(output).toContain('Done.');
    expect(cable!.chip.chip.protected).toBe(false);
  });
});

describe.skipIf(!PYTHON)('our flasher on the same simulator', () => {
  const flash = (subject: (typeof CHIPS)[number], options: Partial<FlashOptions>) => {
    const job = { board: subject.board, method: { method: 'stm32-rom', entry: 'manual' }, file } as const;
    return stm32RomFlasher.flash(job, { virtualFolder: folder, port: cable!.port, ...options });
  };

  it.each(CHIPS)('flashes, verifies and starts the $board.mcu', async (subject) => {
    cable = await romOnPty(subject.chip);
    const stages: string[] = [];
    const flashed = await flash(subject, { onProgress: (stage) => void stages.push(stage) });
    expect(flashed).toMatchObject({
      port: cable.port,
      bytes: 4416,
      verified: 'read back by kiln',
      retries: expect.any(Number) as number,
    });
    expect(cable.chip.holds(0x08000000, bytes)).toBe(true);
    expect(cable.chip.started).toBe(0x08000000);
    expect([...new Set(stages)]).toEqual(['erase', 'write', 'verify']);
  });

  it('says how to retry when the cable is pulled', async () => {
    cable = await romOnPty(STM32F405, (n) => {
      if (n === 2000) cable!.unplug();
    });
    const failure = await failureOf(() => flash(CHIPS[0]!, {}));
    expect(failure).toMatchObject({ code: 'board-lost', fault: 'device' });
    expect(String(failure)).toMatch(/flash may hold a part of the firmware.*run `kiln flash` again/);
  });

  it('is told that a pseudo-terminal has no lines to reset a chip by', async () => {
    cable = await romOnPty(STM32F405);
    const failure = await failureOf(() => flash(CHIPS[0]!, { entry: 'dtr-rts' }));
    expect(failure).toMatchObject({ code: 'lines-unsupported', fault: 'user' });
  });
});
