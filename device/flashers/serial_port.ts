// The serial port of the board that is to be flashed.
import { existsSync } from 'node:fs';
import { KilnError } from '../../base/errors.js';
import { findPort } from '../ports.js';
import type { FlashOptions, Target } from './method.js';

/** @throws KilnError `port-missing`, `port-unknown`, `port-ambiguous` */
export async function serialPort({ board }: Target, { port }: FlashOptions): Promise<string> {
  if (port === undefined) return (await findPort({ board: board.name }, [], [board])).path;
  if (process.platform !== 'win32' && !existsSync(port)) {
    const todo = 'Plug the board in; `kiln ports` lists the ports there are. Then run `kiln flash` again.';
    throw new KilnError('port-missing', { where: `port ${port}`, what: 'no such port', todo });
  }
  return port;
}

/** What a plan calls it: the same, or `PORT` where none is there. */
export async function plannedPort(target: Target, options: FlashOptions): Promise<string> {
  return options.port ?? (await serialPort(target, options).catch(() => 'PORT'));
}
