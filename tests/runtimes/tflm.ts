// TFLite Micro itself as an oracle: PyPI's tflite-micro, where Python has it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../base/files.js';

export const hasTflm = spawnSync('python3', ['-c', 'import tflite_micro.python.tflite_micro.runtime']).status === 0;

export interface TflmJob {
  tflite: Uint8Array;
  /** The bytes of each inference's inputs, one inference after the other. */
  inputs: readonly Int8Array[];
}

/** @returns for each job, the bytes of each inference's outputs */
export function runTflm(jobs: readonly TflmJob[]): Int8Array[][] {
  const asked = jobs.map(({ tflite, inputs }) => ({ model: base64(tflite), inputs: inputs.map(base64) }));
  const { status, stdout, stderr } = spawnSync('python3', [join(packageRoot(), 'tests', 'runtimes', 'tflm.py')], {
    input: JSON.stringify(asked),
    maxBuffer: 2 ** 29,
  });
  if (status !== 0) throw new Error(`tflite-micro ended with ${status}: ${stderr.toString().slice(-2000)}`);
  const answers = JSON.parse(stdout.toString()) as { outputs: string[] }[];
  return answers.map(({ outputs }) => outputs.map((text) => new Int8Array(Buffer.from(text, 'base64'))));
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Int8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
