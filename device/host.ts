// This computer as a board: the compiled model, built by the host's C compiler, fed through pipes.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinTensors } from '../base/bytes.js';
import { KilnError } from '../base/errors.js';
import { renderHostProgram, type ModelEnd, type ProjectFile } from '../firmware-templates/index.js';
import { requireTool } from './tools.js';

export interface HostRun {
  /** What the converter generated, model.h and model.c among it. */
  files: readonly ProjectFile[];
  /** The prefix of its names. */
  name: string;
  /** The bytes of each inference's inputs, one input after the other. */
  inputs: readonly Int8Array[];
  /** Bytes of each inference's outputs. */
  outputSize: number;
  /** What the model reads and writes; left out: one int8 input, one int8 output. */
  ends?: { inputs: readonly ModelEnd[]; outputs: readonly ModelEnd[] };
  /** C compiler. */
  compiler?: string;
  flags?: readonly string[];
}

const FLAGS = ['-std=c99', '-O2'];

/**
 * Compiles and runs a model on this computer; what is built for it is removed again.
 * @returns an output for each input
 * @throws KilnError `tool-missing`, `build-failed`, `host-run-failed`
 */
export async function runCompiledOnHost(run: HostRun): Promise<Int8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-host-'));
  try {
    const program = build(run, folder);
    return split(await pipe(program, joinTensors(run.inputs)), run);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(run: HostRun, folder: string): string {
  const { files, name, compiler = 'cc', flags = FLAGS } = run;
  const cc = requireTool(compiler);
  const sources = renderHostProgram(files, name, run.ends ?? singleEnds(run));
  for (const { path, text } of sources) writeFileSync(join(folder, path), text);
  const units = sources.map(({ path }) => path).filter((path) => path.endsWith('.c'));
  const program = join(folder, 'model');
  const { status, stderr } = spawnSync(cc, [...flags, ...units, '-o', program], { cwd: folder, encoding: 'utf8' });
  if (status === 0) return program;
  const what = `the generated C does not compile:\n${stderr.split('\n').slice(0, 12).join('\n')}\n`;
  throw new KilnError('build-failed', { where: cc, what, todo: 'Try another compiler, or report this.' });
}

function singleEnds({ inputs, outputSize }: HostRun): NonNullable<HostRun['ends']> {
  const input = { name: 'input', count: inputs[0]?.length ?? 1 };
  return { inputs: [input], outputs: [{ name: 'output', count: outputSize }] };
}

function pipe(program: string, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [output, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => {}); // a program that ends early shows in its exit code
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(output));
      const what = `ended with ${signal ?? `exit code ${code}`}: ${Buffer.concat(errors).toString().slice(0, 2000)}`;
      reject(new KilnError('host-run-failed', { where: 'compiled model', what, todo: 'This is a bug; report it.' }));
    });
    child.stdin.end(input);
  });
}

function split(bytes: Buffer, { inputs, outputSize }: HostRun): Int8Array[] {
  if (bytes.length !== inputs.length * outputSize) {
    const what = `gave ${bytes.length} B for ${inputs.length} outputs of ${outputSize} B`;
    throw new KilnError('host-run-failed', { where: 'compiled model', what, todo: 'This is a bug; report it.' });
  }
  return inputs.map((_, i) => new Int8Array(bytes.subarray(i * outputSize, (i + 1) * outputSize)));
}
