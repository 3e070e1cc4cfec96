// Puts an image into flash: erase, write, and read all of it back. What was not read back equal was not flashed.
import { KilnError } from '../../../base/errors.js';
import { blocksOf, hex, type Image, type Segment } from '../../formats/index.js';
import { pagesBetween, type Stm32Chip } from '../../../firmware-templates/index.js';
import type { Progress } from '../method.js';
import { MOST_BYTES, pageGroups, type RomInfo } from './rom.js';
import type { RomFault } from './rom_fault.js';
import { asFault, RETRY, type RomSession } from './session.js';

export interface Target {
  session: RomSession;
  info: RomInfo;
  chip: Stm32Chip | undefined;
  /** Where flash begins. */
  origin: number;
  progress: Progress;
}

/** Flash that holds something else than it was given is erased and written again. */
const ROUNDS = 3;
const WRITE_TRIES = 5;
/** A block that differs is read again, since an answer of the boot loader has no check sum. */
const READINGS = 5;

/** Flash holds what it should not: it has to be erased before it can be written again. */
class Spoilt extends Error {
  constructor(readonly address: number) {
    super();
  }
}

/** @throws KilnError `flash-verify`, `write-protected`, `flash-failed`, `board-lost`: each says how to try again. */
export async function program(target: Target, image: Image): Promise<void> {
  const blocks = blocksOf(image, MOST_BYTES);
  let spoilt: Spoilt | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    try {
      await erase(target, blocks);
      await write(target, blocks);
      await verify(target, blocks);
      return;
    } catch (error) {
      if (!(error instanceof Spoilt)) throw error;
      spoilt = error;
    }
  }
  const what = `flash at ${hex(spoilt!.address)} does not hold what was written, after ${ROUNDS} rounds of erasing and writing`;
  throw new KilnError('flash-verify', { where: `port ${target.session.channel.path}`, what, todo: RETRY }, 'device');
}

async function erase({ session, info, chip, origin, progress }: Target, blocks: readonly Segment[]): Promise<void> {
  const start = blocks[0]!.address - origin;
  const end = blocks.at(-1)!.address + MOST_BYTES - origin;
  const groups = chip && pageGroups(pagesBetween(chip, start, end) ?? []);
  if (!groups || groups.length === 0) {
    progress('erase', 0, 1);
    await insistOnErase(session, () => session.rom.eraseAll(info));
    progress('erase', 1, 1);
    return;
  }
  for (const [i, group] of groups.entries()) {
    progress('erase', i, groups.length);
    await insistOnErase(session, () => session.rom.erasePages(info, group));
  }
  progress('erase', groups.length, groups.length);
}

/** A boot loader that refuses each time, and is in step, means it. */
async function insistOnErase(session: RomSession, operation: () => Promise<void>): Promise<void> {
  const faults: RomFault[] = [];
  const noting = (error: unknown): never => {
    faults.push(asFault(error));
    throw error;
  };
  try {
    await session.insist('erasing', () => operation().catch(noting));
  } catch (error) {
    const gaveUp = error instanceof KilnError && error.code === 'flash-failed';
    if (gaveUp && areMeant(faults)) throw refused(session, 'erase');
    throw error;
  }
}

function areMeant(faults: readonly RomFault[]): boolean {
  return faults.length > 0 && faults.every(({ kind, step }) => kind === 'refusal' && step !== 'command');
}

/** The first block goes last: until everything else is there, the chip has no vector table to start by. */
async function write({ session, progress }: Target, blocks: readonly Segment[]): Promise<void> {
  for (const [i, block] of [...blocks.slice(1), blocks[0]!].entries()) {
    progress('write', i * MOST_BYTES, blocks.length * MOST_BYTES);
    await writeBlock(session, block);
  }
  progress('write', blocks.length * MOST_BYTES, blocks.length * MOST_BYTES);
}

/** After a fault nobody knows whether a block was written: it is read, and only blank flash is written to. */
async function writeBlock(session: RomSession, { address, bytes }: Segment): Promise<void> {
  const faults: RomFault[] = [];
  while (faults.length < WRITE_TRIES) {
    try {
      return await session.rom.write(address, bytes);
    } catch (error) {
      faults.push(asFault(error));
      await session.recover(faults.at(-1)!, 'writing');
    }
    const found = await session.confirmed('reading back', () => session.rom.read(address, bytes.length));
    if (equal(found, bytes)) return;
    if (found.some((byte) => byte !== 0xff)) throw new Spoilt(address);
  }
  throw areMeant(faults) ? refused(session, 'write') : session.failed('writing', faults.at(-1)!);
}

async function verify({ session, progress }: Target, blocks: readonly Segment[]): Promise<void> {
  for (const [i, { address, bytes }] of blocks.entries()) {
    progress('verify', i * MOST_BYTES, blocks.length * MOST_BYTES);
    if (!(await holds(session, address, bytes))) throw new Spoilt(address);
  }
  progress('verify', blocks.length * MOST_BYTES, blocks.length * MOST_BYTES);
}

async function holds(session: RomSession, address: number, bytes: Uint8Array): Promise<boolean> {
  for (let i = 0; i < READINGS; i++) {
    const found = await session.insist('reading back', () => session.rom.read(address, bytes.length));
    if (equal(found, bytes)) return true;
    session.faults++;
  }
  return false;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function refused(session: RomSession, what: string): KilnError {
  const todo =
    'Its sectors may be protected against writing: lift that with `stm32flash -u PORT` or STM32CubeProgrammer, then run `kiln flash` again.';
  return new KilnError(
    'write-protected',
    { where: `port ${session.channel.path}`, what: `the boot loader refuses to ${what} flash`, todo },
    'device',
  );
}
