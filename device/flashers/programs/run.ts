// Runs a program to its end: its output is passed on line by line, kept, and read for the failures that are known.
import { spawn } from 'node:child_process';
import { KilnError, messageOf } from '../../../base/errors.js';
import type { MethodName } from '../method.js';
import type { Program } from './program.js';
import { shellLine } from './shell.js';

/** No program takes that long for a megabyte; one that waits for a board that never comes is ended. */
const TIMEOUT_MS = 5 * 60_000;
const LINES_SHOWN = 12;

export interface RunOptions {
  onOutput?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

interface Ended {
  /** null where a signal ended it. */
  code: number | null;
  output: string;
  timedOut: boolean;
}

/** @throws KilnError with the failure's own code, or `flash-failed` with the last lines that the program printed. */
export async function runProgram<M extends MethodName>(
  program: Program<M>,
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const ended = await run(path, args, options);
  options.signal?.throwIfAborted();
  const finished = ended.code !== null && [0, ...(program.alsoFine ?? [])].includes(ended.code);
  if (finished && program.success.test(ended.output)) return;
  throw failureOf(program, shellLine([path, ...args]), ended, options.timeoutMs ?? TIMEOUT_MS);
}

function failureOf<M extends MethodName>(
  program: Program<M>,
  line: string,
  ended: Ended,
  timeoutMs: number,
): KilnError {
  const where = `\`${line}\``;
  const shown = lastLines(ended.output);
  const known = program.failures.find(({ pattern }) => pattern.test(ended.output));
  if (known)
    return new KilnError(known.code, { where, what: `${known.what}:\n${shown}\n`, todo: known.todo }, 'device');
  const end = ended.timedOut
    ? `did not end within ${timeoutMs / 1000} s`
    : ended.code === 0
      ? 'ended without saying that it flashed'
      : `failed with exit code ${ended.code}`;
  const todo = 'Mend what it names, then run `kiln flash` again; `kiln flash --list` shows the other ways.';
  return new KilnError('flash-failed', { where, what: `${end}:\n${shown}\n`, todo }, 'device');
}

function lastLines(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim());
  return lines.slice(-LINES_SHOWN).join('\n');
}

function run(
  path: string,
  args: readonly string[],
  { onOutput, signal, timeoutMs = TIMEOUT_MS }: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    let output = '';
    let partial = '';
    let timedOut = false;
    const end = () => void child.kill('SIGKILL');
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    const take = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const lines = (partial + chunk.toString('utf8')).split(/\r?\n/);
      partial = lines.pop()!;
      for (const line of lines) onOutput?.(line);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => reject(unstartable(path, error)));
    child.on('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (partial) onOutput?.(partial);
      resolve({ code, output, timedOut });
    });
  });
}

function unstartable(path: string, cause: Error): KilnError {
  const todo = 'Check that it is a program for this computer.';
  return new KilnError('tool-missing', { where: path, what: messageOf(cause), todo }, 'user', { cause });
}
