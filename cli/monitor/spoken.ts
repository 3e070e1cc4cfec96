// What a board says that hears its own microphone: the lines of text of app/ear_microphone.c.
import { KilnError } from '../../base/errors.js';
import type { AudioResult } from '../../device/audio_results.js';
import type { Link } from '../../device/link.js';
import type { Shown } from './kind.js';

/** How long a line is waited for before the signal is looked at. */
const POLL_MS = 200;
const LINE = /^m-kiln-(heard|lost|deaf)-\[(\d{1,10}(?:,\d{1,10})*)\]$/;

export type Spoken = { result: AudioResult } | { notice: string };

/** Undefined of a line that is about something else. @param classes of the model @throws KilnError `board-misread` */
export function readSpoken(line: string, classes: number, path: string): Spoken | undefined {
  const [, what, list] = LINE.exec(line) ?? [];
  const [first = 0, keyword = -1, score = 0] = (list ?? '').split(',').map(Number);
  switch (what) {
    case 'heard':
      if (keyword < 0 || keyword >= classes) throw misread(line, classes, path);
      return { result: { samples: first, posteriors: undefined, detection: { keyword, score } } };
    case 'lost':
      return { notice: `${first} samples were lost so far: the model takes longer than they wait` };
    case 'deaf':
      return { notice: `its microphone does not give ${first} samples a second` };
    default:
      return undefined;
  }
}

function misread(line: string, classes: number, path: string): KilnError {
  const what = `it said ${line}, and the model has ${classes} classes`;
  const todo = 'Name the model that it was flashed with (--model).';
  return new KilnError('board-misread', { where: `port ${path}`, what, todo }, 'device');
}

/** Shows what the board says until the signal ends it. @returns seconds of its stream @throws KilnError of the link */
export async function hearLines(
  link: Pick<Link, 'readLine'>,
  read: (line: string) => Shown | undefined,
  show: (shown: Shown) => void,
  signal: AbortSignal,
): Promise<number> {
  let seconds = 0;
  while (!signal.aborted) {
    const line = await link.readLine(POLL_MS);
    const shown = line === undefined ? undefined : read(line);
    if (!shown) continue;
    seconds = shown.seconds;
    show(shown);
  }
  return seconds;
}
