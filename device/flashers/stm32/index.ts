// `stm32-rom`: firmware into an STM32 by the boot loader that every one of them has in ROM, over a UART (ST's AN3155).
import { KilnError } from '../../../base/errors.js';
import { chipOfId, chipOfMcu, type Board, type Stm32Chip } from '../../../firmware-templates/index.js';
import { byteCount, checkInside, hex, type Image } from '../../formats/index.js';
import { firmwareImage, pathAs } from '../firmware_file.js';
import type { Flashed, Flasher, FlashOptions, Job } from '../method.js';
import { shellLine } from '../programs/shell.js';
import { plannedPort, serialPort } from '../serial_port.js';
import { openSerialChannel, type ByteChannel } from './channel.js';
import { DEFAULT_WIRING, enterByCommand, parseWiring, resetByLines, silent, type Entry } from './enter.js';
import { program } from './program.js';
import { RomClient } from './rom.js';
import { asFault, RETRY, RomSession } from './session.js';

/** The fastest that every chip's boot loader finds by itself. */
const BAUD = 115200;
const HAND_PATIENCE_MS = 30_000;
const PATIENCE_MS = 2000;

export const stm32RomFlasher: Flasher<'stm32-rom'> = {
  async plan(job, options) {
    const { port, baudRate, entry, image } = await prepare(job, options, plannedPort);
    const start = hex(image[0]!.address);
    return [
      `# into the boot loader: ${ENTRIES[entry](options.wiring ?? DEFAULT_WIRING)}`,
      `# speak AN3155 on ${port} at ${baudRate} baud 8E1: erase, write ${byteCount(image)} B from ${start}, read all of it back, go to ${start}`,
      `# the same with stm32flash:`,
      shellLine(['stm32flash', '-b', String(baudRate), '-w', pathAs(job.file, 'hex'), '-v', '-g', start, port]),
    ];
  },

  /** @throws KilnError that says what to do; flash that was not read back equal is never called flashed. */
  async flash(job, options) {
    const { port, baudRate, entry, image } = await prepare(job, options, serialPort);
    const wiring = parseWiring(options.wiring ?? DEFAULT_WIRING);
    if (entry === 'command') await withChannel(port, job.board.console.baud, 'none', enterByCommand);
    return withChannel(port, baudRate, 'even', async (channel) => {
      if (entry === 'dtr-rts') await resetByLines(channel, wiring, 'bootloader');
      const flashed = await flashOverChannel(channel, job.board, image, entry, options);
      if (entry === 'dtr-rts') await resetByLines(channel, wiring, 'firmware');
      return flashed;
    });
  },
};

const ENTRIES: Readonly<Record<Entry, (wiring: string) => string>> = {
  manual: () => 'BOOT0 high and a press of reset, by hand',
  command: () => '`kiln bootloader` to the firmware that runs',
  'dtr-rts': (wiring) => `BOOT0 and NRST by the modem lines (${wiring})`,
};

async function prepare(job: Job<'stm32-rom'>, options: FlashOptions, portOf: typeof serialPort) {
  return {
    image: firmwareImage(job),
    entry: options.entry ?? job.method.entry,
    baudRate: options.baud ?? job.method.baud ?? BAUD,
    port: await portOf(job, options),
  };
}

/** AN3155 asks for even parity; a pseudo-terminal takes it and does nothing. */
async function withChannel<T>(
  path: string,
  baudRate: number,
  parity: 'even' | 'none',
  work: (channel: ByteChannel) => Promise<T>,
): Promise<T> {
  const channel = await openSerialChannel(path, { baudRate, parity });
  try {
    return await work(channel);
  } finally {
    await channel.close();
  }
}

/** All that happens once the chip should be in its boot loader. */
export async function flashOverChannel(
  channel: ByteChannel,
  board: Board,
  image: Image,
  entry: Entry,
  { onProgress = () => {}, onNotice = () => {} }: Pick<FlashOptions, 'onProgress' | 'onNotice'>,
): Promise<Flashed> {
  const started = channel.now();
  try {
    const session = await programChip(channel, board, image, entry, { progress: onProgress, notice: onNotice });
    const seconds = (channel.now() - started) / 1000;
    const common = { method: 'stm32-rom', port: channel.path, bytes: byteCount(image) } as const;
    return { ...common, seconds, verified: 'read back by kiln', retries: session.faults };
  } catch (error) {
    throw isLost(error) ? interrupted(channel, error) : error;
  }
}

interface Reports {
  progress: NonNullable<FlashOptions['onProgress']>;
  notice: (text: string) => void;
}

async function programChip(
  channel: ByteChannel,
  board: Board,
  image: Image,
  entry: Entry,
  { progress, notice }: Reports,
): Promise<RomSession> {
  await reach(channel, entry, notice);
  const { session, info, id } = await RomSession.begin(channel);
  const chip = chipOfId(id);
  checkChip(channel, board, id, chip);
  await checkReadable(session, image[0]!.address);
  const size = chip && (await flashSize(session, chip));
  if (size) checkInside(image, { origin: board.memory.flash.origin, size }, `the ${chip.name} on ${channel.path}`);
  await program({ session, info, chip, origin: board.memory.flash.origin, progress }, image);
  await start(session, image[0]!.address, entry, notice);
  return session;
}

async function reach(channel: ByteChannel, entry: Entry, notice: (text: string) => void): Promise<void> {
  const rom = new RomClient(channel);
  if (await rom.sync(PATIENCE_MS)) return;
  if (entry !== 'manual') throw silent(channel, entry);
  notice(`set BOOT0 high and press reset: waiting ${HAND_PATIENCE_MS / 1000} s for the boot loader`);
  if (!(await rom.sync(HAND_PATIENCE_MS))) throw silent(channel, entry);
}

/** @throws KilnError `chip-mismatch` where the sheet names another chip than answers. */
function checkChip(channel: ByteChannel, board: Board, id: number, found: Stm32Chip | undefined): void {
  const expected = chipOfMcu(board.mcu);
  if (!expected || expected.id === id) return;
  const name = `${found?.name ?? 'a chip that is not known'} (id 0x${id.toString(16)})`;
  const what = `the chip is ${name}, and ${board.name} has ${board.mcu} (id 0x${expected.id.toString(16)}); nothing was changed`;
  const todo = 'Name the right board (`kiln project --board BOARD`), or another port with --port.';
  throw new KilnError('chip-mismatch', { where: `port ${channel.path}`, what, todo });
}

/** A protected chip answers, and refuses every command that reads or writes. @throws KilnError `readout-protected` */
async function checkReadable(session: RomSession, address: number): Promise<void> {
  let refusals = 0;
  let tries = 0;
  try {
    await session.insist('reading flash', async () => {
      tries++;
      await session.rom.read(address, 4).catch((error) => {
        const { kind, step } = asFault(error);
        if (kind === 'refusal' && step === 'command') refusals++;
        throw error;
      });
    });
  } catch (error) {
    if (refusals < tries) throw error;
    const what = 'the chip is protected against reading (RDP level 1), so nothing can be written or verified';
    const todo =
      'Lift it with `stm32flash -k PORT` or STM32CubeProgrammer, which erases all of flash; then enter the boot loader again and run `kiln flash` again.';
    throw new KilnError('readout-protected', { where: `port ${session.channel.path}`, what, todo }, 'device');
  }
}

/** In bytes; undefined where this boot loader does not let it be read. */
async function flashSize(session: RomSession, { sizeRegister }: Stm32Chip): Promise<number | undefined> {
  const word = sizeRegister & ~3;
  try {
    const bytes = await session.confirmed('reading the size of flash', () => session.rom.read(word, 4));
    const kib = Buffer.from(bytes).readUInt16LE(sizeRegister - word);
    return kib > 0 && kib < 0xffff ? 1024 * kib : undefined;
  } catch (error) {
    if (error instanceof KilnError && error.code === 'flash-failed') return undefined;
    throw error;
  }
}

/** Verified flash stays flashed, whether the chip starts by itself or not. */
async function start(
  session: RomSession,
  address: number,
  entry: Entry,
  notice: (text: string) => void,
): Promise<void> {
  const byHand = entry === 'manual' ? 'set BOOT0 low again, so that reset starts the firmware' : undefined;
  try {
    await session.rom.go(address);
    if (byHand) notice(byHand);
  } catch {
    if (entry !== 'dtr-rts') notice(`flashed and verified, but not started: ${byHand ?? 'press reset'}`);
  }
}

function isLost(error: unknown): error is KilnError {
  return error instanceof KilnError && error.code === 'board-lost';
}

function interrupted(channel: ByteChannel, cause: KilnError): KilnError {
  const what = `${cause.problem.what}; flash may hold a part of the firmware`;
  return new KilnError('board-lost', { where: `port ${channel.path}`, what, todo: RETRY }, 'device', { cause });
}
