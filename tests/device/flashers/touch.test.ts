// The 1200-baud touch on a bench whose ports come and go by a script.
import { describe, expect, it } from 'vitest';
import { applicationPort, enterByTouch, leaveByTouch, type Bench } from '../../../device/flashers/touch.js';
import type { Port } from '../../../device/ports.js';
import { loadBoard } from '../../../firmware-templates/index.js';
import { failureOf } from '../workbench.js';

const MKR = loadBoard('arduino-mkr-zero');
const DUE = loadBoard('arduino-due');

const port = (path: string, usb: string, serialNumber?: string): Port => ({
  path,
  boards: [],
  virtual: false,
  bootloader: usb === '2341:004f',
  users: [],
  usb,
  ...(serialNumber && { serialNumber }),
});

/** @param after what is listed from so many ms after the touch on */
function bench(
  before: Port[],
  after: readonly (readonly [ms: number, ports: Port[]])[],
): Bench & { touched: string[] } {
  let time = 0;
  let touchedAt = Infinity;
  const touched: string[] = [];
  return {
    touched,
    list: async () => after.findLast(([ms]) => time - touchedAt >= ms)?.[1] ?? before,
    touch: async (path) => {
      touched.push(path);
      touchedAt = time;
    },
    wait: async (ms) => void (time += ms),
    now: () => time,
  };
}

const application = port('/dev/ttyACM0', '2341:804f', 'A1');

describe('the touch', () => {
  it('follows the board to the port of its boot loader', async () => {
    const loader = port('/dev/ttyACM3', '2341:004f', 'A1');
    const other = port('/dev/ttyACM1', '2341:004f', 'B2');
    const table = bench(
      [application, other],
      [
        [0, [other]],
        [700, [other, loader]],
      ],
    );
    expect(await enterByTouch(MKR, '/dev/ttyACM0', table)).toBe('/dev/ttyACM3');
    expect(table.touched).toEqual(['/dev/ttyACM0']);
  });

  it('knows a new boot loader without a serial number from one that was there', async () => {
    const other = port('/dev/ttyACM1', '2341:004f');
    const loader = port('/dev/ttyACM0', '2341:004f');
    const table = bench([port('/dev/ttyACM0', '2341:804f'), other], [[300, [other, loader]]]);
    expect(await enterByTouch(MKR, '/dev/ttyACM0', table)).toBe('/dev/ttyACM0');
  });

  it('leaves a board alone that is in its boot loader', async () => {
    const table = bench([port('/dev/ttyACM3', '2341:004f')], []);
    expect(await enterByTouch(MKR, '/dev/ttyACM3', table)).toBe('/dev/ttyACM3');
    expect(table.touched).toEqual([]);
  });

  it('stays on the port of a board that has no other', async () => {
    const table = bench([port('/dev/ttyACM0', '2341:003d')], []);
    expect(await enterByTouch(DUE, '/dev/ttyACM0', table)).toBe('/dev/ttyACM0');
    expect(table.touched).toEqual(['/dev/ttyACM0']);
  });

  it('says what to press where no boot loader comes', async () => {
    const failure = await failureOf(() => enterByTouch(MKR, '/dev/ttyACM0', bench([application], [[0, []]])));
    expect(failure).toMatchObject({ code: 'bootloader-missing', fault: 'device' });
    expect(String(failure)).toMatch(/2341:004f.*10 s.*Press reset twice.*run `kiln flash` again/);
  });

  it('waits until the port of the application is gone where the boot loader has none', async () => {
    const table = bench([application], [[900, []]]);
    await leaveByTouch('/dev/ttyACM0', table);
    expect(table.now()).toBeGreaterThanOrEqual(1900);
  });
});

describe('the application', () => {
  it('is found again by its serial number', async () => {
    const ports = [port('/dev/ttyACM0', '2341:804f', 'B2'), port('/dev/ttyACM5', '2341:804f', 'A1')];
    expect(await applicationPort(MKR, 'A1', bench(ports, []))).toBe('/dev/ttyACM5');
  });

  it('is not guessed among several', async () => {
    const ports = [port('/dev/ttyACM0', '2341:804f', 'B2'), port('/dev/ttyACM5', '2341:804f', 'C3')];
    expect(await applicationPort(MKR, 'A1', bench(ports, []))).toBeUndefined();
  });
});
