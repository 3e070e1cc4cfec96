// Arduino's way into the boot loader: the application's port is opened and closed at 1200 baud, and another port appears.
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError } from '../../base/errors.js';
import type { Board } from '../../firmware-templates/index.js';
import { openSerialChannel } from './stm32/channel.js';
import { listPorts, type Port } from '../ports.js';

/** How ports are seen, touched and waited for: a test has its own. */
export interface Bench {
  list(): Promise<readonly Port[]>;
  touch(path: string): Promise<void>;
  wait(ms: number): Promise<void>;
  now(): number;
}

const TOUCH_BAUD = 1200;
const POLL_MS = 250;
const APPEAR_MS = 10_000;
/** A board without another port for its boot loader: it needs that long to be in it. */
const SETTLE_MS = 1000;

export const REAL_BENCH: Bench = {
  list: () => listPorts().then(({ ports }) => ports),
  touch: touchPort,
  wait: async (ms) => void (await delay(ms)),
  now: () => performance.now(),
};

async function touchPort(path: string): Promise<void> {
  const channel = await openSerialChannel(path, { baudRate: TOUCH_BAUD, parity: 'none' });
  try {
    // Closing drops DTR as well, where a driver has no such lines.
    await channel.setLines({ dtr: false, rts: false }).catch(() => {});
  } finally {
    await channel.close();
  }
}

/**
 * Brings a board into its boot loader.
 * @param path of the application's port, or of the boot loader's, which is left as it is
 * @returns the boot loader's port; that of the application where the board has no other
 * @throws KilnError `bootloader-missing` that says what to press
 */
export async function enterByTouch({ usb, name }: Board, path: string, bench: Bench = REAL_BENCH): Promise<string> {
  const before = await bench.list();
  const application = before.find((port) => port.path === path);
  if (application?.bootloader) return path;
  await bench.touch(path);
  if (!usb.bootloader) {
    await bench.wait(SETTLE_MS);
    return path;
  }
  const isLoader = (port: Port) => port.usb !== undefined && usb.bootloader!.includes(port.usb);
  const found = await appears(bench, (ports) => {
    const loaders = ports.filter(isLoader);
    const same = loaders.find(({ serialNumber }) => serialNumber && serialNumber === application?.serialNumber);
    return same ?? loaders.find((port) => !before.some((old) => isLoader(old) && old.path === port.path));
  });
  if (found) return found.path;
  const what = `its boot loader (USB ${usb.bootloader.join(' or ')}) did not appear within ${APPEAR_MS / 1000} s of the 1200-baud touch`;
  const todo = 'Press reset twice quickly, so that the boot loader stays, then run `kiln flash` again.';
  throw new KilnError('bootloader-missing', { where: `${name} on ${path}`, what, todo }, 'device');
}

/** Touches a board whose boot loader has no serial port (DFU): waits until the application's is gone. */
export async function leaveByTouch(path: string, bench: Bench = REAL_BENCH): Promise<void> {
  await bench.touch(path);
  await appears(bench, (ports) => (ports.some((port) => port.path === path) ? undefined : ports));
  await bench.wait(SETTLE_MS);
}

/** The application's port once the board runs it; undefined where none appears in time. */
export async function applicationPort(
  { usb }: Board,
  serialNumber: string | undefined,
  bench = REAL_BENCH,
): Promise<string | undefined> {
  if (usb.application.length === 0) return undefined;
  const found = await appears(bench, (ports) => {
    const fitting = ports.filter((port) => port.usb !== undefined && usb.application.includes(port.usb));
    return (
      fitting.find((port) => port.serialNumber === serialNumber) ?? (fitting.length === 1 ? fitting[0] : undefined)
    );
  });
  return found?.path;
}

async function appears<T>(bench: Bench, find: (ports: readonly Port[]) => T | undefined): Promise<T | undefined> {
  const end = bench.now() + APPEAR_MS;
  do {
    const found = find(await bench.list());
    if (found !== undefined) return found;
    await bench.wait(POLL_MS);
  } while (bench.now() < end);
  return undefined;
}
