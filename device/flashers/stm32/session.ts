// Insists: what a fault of the line spoils is tried again on a boot loader that is back in step, a bounded number of times.
import { isDeepStrictEqual } from 'node:util';
import { KilnError } from '../../../base/errors.js';
import { RomClient, type RomInfo } from './rom.js';
import { RomFault } from './rom_fault.js';
import type { ByteChannel } from './channel.js';

const TRIES = 5;
const RESYNC_TRIES = 3;

export const RETRY =
  'Bring the chip into its boot loader again (BOOT0 high, reset) and run `kiln flash` again: it begins anew. ' +
  'Where it fails often, check ground and cable, or take a lower --baud.';

export class RomSession {
  readonly rom: RomClient;
  /** Exchanges that had to be repeated. */
  faults = 0;

  private constructor(
    readonly channel: ByteChannel,
    private id: number | undefined = undefined,
  ) {
    this.rom = new RomClient(channel);
  }

  /** With a boot loader that has answered to sync(). @throws KilnError `flash-failed` where it is none, after all. */
  static async begin(channel: ByteChannel): Promise<{ session: RomSession; info: RomInfo; id: number }> {
    const session = new RomSession(channel);
    const id = await session.confirmed('asking for the chip', () => session.rom.getId());
    session.id = id;
    const info = await session.confirmed('asking for the commands', () => session.rom.get());
    return { session, info, id };
  }

  /** @throws KilnError `flash-failed` after a few tries. */
  async insist<T>(doing: string, operation: () => Promise<T>): Promise<T> {
    let last: RomFault | undefined;
    for (let i = 0; i < TRIES; i++) {
      try {
        return await operation();
      } catch (error) {
        last = asFault(error);
        await this.recover(last, doing);
      }
    }
    throw this.failed(doing, last!);
  }

  /** What two exchanges in a row give alike: answers have no check sum. @throws KilnError `flash-failed` */
  async confirmed<T>(doing: string, ask: () => Promise<T>): Promise<T> {
    let before: T | undefined;
    for (let i = 0; i < TRIES; i++) {
      const answer = await this.insist(doing, ask);
      if (isDeepStrictEqual(answer, before)) return answer;
      before = answer;
    }
    throw this.failed(doing, new RomFault('garbage', 'get', 'answer'));
  }

  /** Back in step after a fault, and proved by the chip's id. @throws KilnError `flash-failed` */
  async recover(fault: RomFault, doing: string): Promise<void> {
    this.faults++;
    for (let i = 0; i < RESYNC_TRIES; i++) {
      if ((await this.rom.resynchronize()) && (await this.answersAsBefore())) return;
    }
    throw this.failed(doing, fault);
  }

  failed(doing: string, fault: RomFault): KilnError {
    const what = `${doing} failed, ${TRIES} tries in a row: ${fault.message}`;
    return new KilnError('flash-failed', { where: `port ${this.channel.path}`, what, todo: RETRY }, 'device');
  }

  private async answersAsBefore(): Promise<boolean> {
    if (this.id === undefined) return true;
    try {
      return (await this.rom.getId()) === this.id;
    } catch (error) {
      asFault(error);
      return false;
    }
  }
}

/** What is no fault of the line goes on as it is. */
export function asFault(error: unknown): RomFault {
  if (error instanceof RomFault) return error;
  throw error;
}
