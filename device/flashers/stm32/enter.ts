// The ways into the boot loader: by DTR and RTS, by a command to the firmware that runs, or by a person's hand.
import { KilnError } from '../../../base/errors.js';
import type { ByteChannel, Lines } from './channel.js';

export type Entry = 'dtr-rts' | 'command' | 'manual';

/** Which modem line leads to a pin of the chip, and whether a transistor between them turns it round. */
export interface Wire {
  line: keyof Lines;
  inverted: boolean;
}

export interface Wiring {
  boot0: Wire;
  reset: Wire;
}

/** As most adapters with both lines are wired: RTS at BOOT0, DTR at NRST. */
export const DEFAULT_WIRING = 'boot0=rts,reset=dtr';
const RESET_MS = 50;
/** From reset to a boot loader that listens. */
const START_MS = 100;

/** @param text such as `boot0=rts,reset=!dtr`; `!` marks an inverted line. @throws KilnError `wiring-invalid` */
export function parseWiring(text: string): Wiring {
  const match = /^boot0=(!?)(dtr|rts),reset=(!?)(dtr|rts)$/.exec(text.toLowerCase().replaceAll(' ', ''));
  if (!match || match[2] === match[4]) {
    const todo = `Write it as ${DEFAULT_WIRING}, with the other lines or a ! before an inverted one.`;
    throw new KilnError('wiring-invalid', { where: '--wiring', what: `\`${text}\` is no wiring`, todo });
  }
  const wire = (inverted: string, line: string): Wire => ({ line: line as keyof Lines, inverted: inverted === '!' });
  return { boot0: wire(match[1]!, match[2]!), reset: wire(match[3]!, match[4]!) };
}

/** Resets the chip by its lines, into the boot loader or into the firmware. @throws KilnError `lines-unsupported` */
export async function resetByLines(
  channel: ByteChannel,
  wiring: Wiring,
  into: 'bootloader' | 'firmware',
): Promise<void> {
  const boot0High = into === 'bootloader';
  await setPins(channel, wiring, { boot0High, resetHigh: false });
  await channel.wait(RESET_MS);
  await setPins(channel, wiring, { boot0High, resetHigh: true });
  await channel.wait(START_MS);
}

async function setPins(
  channel: ByteChannel,
  { boot0, reset }: Wiring,
  { boot0High, resetHigh }: { boot0High: boolean; resetHigh: boolean },
): Promise<void> {
  // An asserted line is a low pin.
  const asserted = (high: boolean, { inverted }: Wire) => high === inverted;
  const lines = { dtr: false, rts: false };
  lines[boot0.line] = asserted(boot0High, boot0);
  lines[reset.line] = asserted(resetHigh, reset);
  try {
    await channel.setLines(lines);
  } catch (error) {
    const where = `port ${channel.path}`;
    const what = 'this port has no DTR and RTS lines to reset the chip by';
    const todo = 'Use --entry manual: set BOOT0 high and press reset by hand.';
    throw new KilnError('lines-unsupported', { where, what, todo }, 'user', { cause: error });
  }
}

/** The command of app/bootloader.c; `%` before it ends what an earlier session left half-said. */
const COMMAND = '%kiln bootloader%';
const ANSWER_MS = 1500;
const REFUSAL = /e-\[(Unknown command: kiln|No boot loader|The model)/;

/**
 * Asks the firmware to go. Silence is no error: the chip may be in its boot loader already.
 * @throws KilnError `bootloader-unsupported` where the firmware refuses
 */
export async function enterByCommand(channel: ByteChannel): Promise<void> {
  channel.write(Buffer.from(COMMAND, 'latin1'));
  const end = channel.now() + ANSWER_MS;
  let heard = '';
  while (channel.now() < end && !REFUSAL.test(heard)) {
    // The boot loader is silent until it is spoken to.
    const byte = await channel.read(1, heard.includes('m-kiln-bootloader\r\n') ? START_MS : end - channel.now());
    if (!byte) break;
    heard = (heard + String.fromCharCode(byte[0]!)).slice(-200);
  }
  if (!REFUSAL.test(heard)) return;
  const what = 'the firmware that runs cannot start the boot loader';
  const todo = `Use --entry manual this time: ${HANDS}`;
  throw new KilnError('bootloader-unsupported', { where: `port ${channel.path}`, what, todo }, 'device');
}

/** What a person does. */
export const HANDS = 'set BOOT0 high (jumper or button), press reset, and run `kiln flash` again';

export function silent(channel: ByteChannel, entry: Entry): KilnError {
  const what = 'no STM32 boot loader answers';
  const todo = {
    manual: `Check that the adapter is at the boot loader's UART (TX and RX crossed, common ground); ${HANDS}.`,
    command: `The firmware did not get there: ${HANDS} with --entry manual.`,
    'dtr-rts': `Check which line is at BOOT0 and which at NRST (--wiring, now ${DEFAULT_WIRING} unless given), or with --entry manual ${HANDS}.`,
  }[entry];
  return new KilnError('bootloader-silent', { where: `port ${channel.path}`, what, todo }, 'device');
}
