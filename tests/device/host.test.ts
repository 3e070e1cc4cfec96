// This computer as a board: what comes back, what is left behind, and what is said where it fails.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCompiledOnHost, type HostRun } from '../../device/host.js';
import { runTiny, TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { failureOf } from './workbench.js';

const inputs = [0, 1, 2].map((seed) => Int8Array.from({ length: TINY.inputSize }, (_, i) => i * 7 + seed));
const RUN: HostRun = { files: TINY_FILES, name: TINY.name, inputs, outputSize: TINY.outputSize };

/** The same model with a line at the start of its inference. */
function withStatement(statement: string): HostRun {
  const files = TINY_FILES.map(({ path, text }) => ({
    path,
    text: text.replace('void tiny_invoke(void)\n{', `void tiny_invoke(void)\n{\n    ${statement}`),
  }));
  return { ...RUN, files };
}

/** Where temporary folders are made during a test. */
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'tinykiln-host-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

describe('runCompiledOnHost', () => {
  it('gives an output for each input', async () => expect(await runCompiledOnHost(RUN)).toEqual(inputs.map(runTiny)));

  it('gives nothing for nothing', async () => expect(await runCompiledOnHost({ ...RUN, inputs: [] })).toEqual([]));

  it('leaves nothing behind, whether it works or not', async () => {
    await runCompiledOnHost(RUN);
    await failureOf(() => runCompiledOnHost(withStatement('syntax error;')));
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says what to install where there is no compiler', async () => {
    const failure = await failureOf(() => runCompiledOnHost({ ...RUN, compiler: 'no-such-cc' }));
    expect(failure).toMatchObject({ code: 'tool-missing', message: expect.stringContaining('no-such-cc') as string });
  });

  it("shows the compiler's words where the C is wrong", async () => {
    const failure = await failureOf(() => runCompiledOnHost(withStatement('undeclared = 1;')));
    expect(failure).toMatchObject({ code: 'build-failed', message: expect.stringContaining('undeclared') as string });
  });

  it.each([
    ['a crash', '*(volatile int *)0 = 1;', /ended with SIG/],
    ['an early end', 'input[0] = 0; extern void _exit(int); _exit(3);', /ended with exit code 3/],
  ])('reports %s', async (_, statement, message) => {
    expect(await failureOf(() => runCompiledOnHost(withStatement(statement)))).toMatchObject({
      code: 'host-run-failed',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses outputs of another size than was asked for', async () => {
    const inputs = [{ name: 'input', count: TINY.inputSize }];
    const ends = { inputs, outputs: [{ name: 'output', count: TINY.outputSize }] };
    expect(await failureOf(() => runCompiledOnHost({ ...RUN, ends, outputSize: 5 }))).toMatchObject({
      code: 'host-run-failed',
      message: expect.stringContaining('gave 36 B for 3 outputs of 5 B') as string,
    });
  });
});
