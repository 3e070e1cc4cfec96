// The command line as a function: argv in, exit code and text out.
import { Writable } from 'node:stream';
import { main } from '../../cli/main.js';

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
