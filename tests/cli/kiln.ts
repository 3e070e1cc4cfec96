// The command line as a function: argv in, exit code and text out.
import { Writable } from 'node:stream';
import type { Context } from '../../cli/context.js';
import { main } from '../../cli/main.js';
import { createReporter } from '../../cli/reporter.js';
import { boardFolders } from '../../firmware-templates/index.js';

/** Runs one command line with streams of its own. */
export async function kiln(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  const sink = (key: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text[key] += chunk.toString();
        done();
      },
    });
  const code = await main(argv, { cwd: process.cwd(), stdout: sink('out'), stderr: sink('err'), env: {} });
  return { code, ...text };
}

/** A context of a project that shows nothing, for what commands are made of. */
export function contextFor(project: string): Context {
  const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = { stdout: nowhere(), stderr: nowhere(), env: {} };
  const { signal } = new AbortController();
  return {
    ...output,
    cwd: project,
    project,
    boards: boardFolders(project),
    reporter: createReporter(output, true),
    signal,
  };
}
