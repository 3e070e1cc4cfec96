import { resolve } from 'node:path';
import type { Run } from '../command.js';
import { pathsOf } from '../project.js';
import { checkReceipt, readReceipt } from '../receipt.js';

/** 1 where a check refuses the receipt. */
export const run: Run = (args, { cwd, project, reporter }) => {
  const named = (key: string) => (typeof args[key] === 'string' ? resolve(cwd, args[key]) : undefined);
  const path = named('receipt') ?? pathsOf(project).receipt;
  const receipt = readReceipt(path);
  const claims = { model: named('model'), firmware: named('firmware'), publicKey: named('public-key') };
  const checks = checkReceipt(receipt, path, claims);
  const verdict = (ok: boolean | undefined) => (ok === undefined ? 'not checked' : ok ? 'ok' : 'refused');
  reporter.table(
    ['', '', ''],
    checks.map(({ name, ok, says }) => [name, verdict(ok), says]),
  );
  const refused = checks.filter(({ ok }) => ok === false).map(({ name }) => name);
  const { board, at } = receipt.statement;
  const words = `${board.names.join(' or ') || 'a board'}, ${board.verified}, ${at}`;
  reporter.line(refused.length > 0 ? `refused: ${refused.join(', ')}` : `holds: ${words}`);
  reporter.result({ receipt: path, ok: refused.length === 0, checks, statement: receipt.statement });
  return Promise.resolve(refused.length > 0 ? 1 : 0);
};
