// `uf2`: the boot loader shows a drive, and takes a file that is copied there.
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KilnError, messageOf } from '../../base/errors.js';
import { byteCount } from '../formats/index.js';
import { fileAs, firmwareImage, pathAs } from './firmware_file.js';
import type { Flasher } from './method.js';
import { shellLine } from './programs/shell.js';

const PATIENCE_MS = 30_000;
const RESTART_MS = 15_000;
const POLL_MS = 250;
/** Every drive of this kind has it. */
const MARK = 'INFO_UF2.TXT';

/** @param parents folders that systems mount drives in */
export function findDrive(volume: string, parents: readonly string[] = mountParents()): string | undefined {
  const folders = parents.flatMap((parent) => subfolders(parent).map((name) => join(parent, name)));
  return folders.find((folder) => folder.endsWith(volume) && existsSync(join(folder, MARK)));
}

function mountParents(): string[] {
  const user = userInfo().username;
  return ['/Volumes', '/media', `/media/${user}`, `/run/media/${user}`, '/mnt'];
}

function subfolders(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}

export const uf2Flasher: Flasher<'uf2'> = {
  plan: async ({ file, method: { volume } }) => {
    const drive = findDrive(volume) ?? `/media/USER/${volume}`;
    return [shellLine(['cp', pathAs(file, 'uf2'), `${drive}/`])];
  },

  async flash(job, { onNotice = () => {}, onProgress = () => {} }) {
    const image = firmwareImage(job);
    const { family, volume } = job.method;
    const bytes = readFileSync(fileAs(job, 'uf2', image, family));
    const started = performance.now();
    if (!findDrive(volume))
      onNotice(`hold BOOTSEL while you plug the board in: waiting ${PATIENCE_MS / 1000} s for the drive ${volume}`);
    const drive = await until(() => findDrive(volume), PATIENCE_MS);
    if (!drive) throw noDrive(volume);
    onProgress('write', 0, bytes.length);
    copy(bytes, join(drive, 'firmware.uf2'));
    onProgress('write', bytes.length, bytes.length);
    if (!(await until(() => !existsSync(join(drive, MARK)), RESTART_MS))) throw notTaken(drive);
    const seconds = (performance.now() - started) / 1000;
    return { method: 'uf2', bytes: byteCount(image), seconds, verified: 'not read back' };
  },
};

async function until<T>(find: () => T, timeoutMs: number): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = find();
    if (found || performance.now() >= end) return found;
    await delay(POLL_MS);
  }
}

/** The board may leave as soon as it has the last block, so that closing fails. @throws KilnError `flash-failed` */
function copy(bytes: Uint8Array, path: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, 'w');
    writeSync(file, bytes);
    fsyncSync(file);
  } catch (error) {
    if (file === undefined) {
      const todo = 'Check that you may write to the drive, then run `kiln flash` again.';
      throw new KilnError('flash-failed', { where: path, what: messageOf(error), todo }, 'device', { cause: error });
    }
  } finally {
    if (file !== undefined) closeQuietly(file);
  }
}

function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // The drive has gone: the check that follows says whether that is well.
  }
}

function noDrive(volume: string): KilnError {
  const what = `no drive of that name with ${MARK} is mounted`;
  const todo =
    'Hold BOOTSEL while you plug the board in, mount the drive where your system does not, then run `kiln flash` again.';
  return new KilnError('bootloader-missing', { where: `drive ${volume}`, what, todo }, 'device');
}

function notTaken(drive: string): KilnError {
  const what = 'the board did not take the file: it still shows its drive';
  const todo = 'Check that the board is of this kind (an RP2040), then run `kiln flash` again.';
  return new KilnError('flash-failed', { where: drive, what, todo }, 'device');
}
