// What was said on a console: shown as it comes, and kept in a log with the time and direction of each line.
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { KilnError, messageOf } from '../base/errors.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';

export interface Transcript {
  received(line: string): void;
  sent(line: string): void;
  /** Of the connection. */
  notice(text: string): void;
  close(): void;
}

type Kind = 'received' | 'sent' | 'notice';

/** In the log: from the board, to the board, about the connection. */
const MARKS: Readonly<Record<Kind, string>> = { received: '<', sent: '>', notice: '-' };

/**
 * By --log, --timestamps and --json, which makes an object of each line.
 * @param print what is received, @param notify what is said of the connection.
 * @throws KilnError `file-unwritable` of the log.
 */
export function openTranscript(
  args: Arguments,
  { cwd }: Context,
  print: (text: string) => void,
  notify: (text: string) => void,
): Transcript {
  const log = typeof args['log'] === 'string' ? openLog(resolve(cwd, args['log'])) : undefined;
  const show = (kind: Kind, text: string, time: Date) => {
    if (args['json'] === true) print(JSON.stringify({ time: time.toISOString(), [kind]: text }));
    else if (kind === 'received') print(args['timestamps'] === true ? `${clock(time)}  ${text}` : text);
    else if (kind === 'notice') notify(text);
  };
  const say = (kind: Kind) => (text: string) => {
    const time = new Date();
    if (log !== undefined) writeSync(log, `${time.toISOString()} ${MARKS[kind]} ${text}\n`);
    show(kind, text, time);
  };
  const close = () => void (log !== undefined && closeSync(log));
  return { received: say('received'), sent: say('sent'), notice: say('notice'), close };
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    const todo = 'Check that the folder is there and can be written to.';
    throw new KilnError('file-unwritable', { where: path, what: messageOf(error), todo }, 'user', { cause: error });
  }
}

/** Of the day, here: 14:03:59.123. */
function clock(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const hms = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${hms}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
