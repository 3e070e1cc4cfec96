// Every file that we write loads and runs where TensorFlow Lite models run: LiteRT, and tfjs-tflite's WebAssembly.
// Both compute in their own arithmetic (XNNPACK), so what is compared is how far they are, not bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KERNEL_CASES } from '../kernels/cases.js';
import { KERNELS_FOLDER, readVectors } from '../kernels/vectors.js';
import { ask, RUNTIMES, type Runtime, type RuntimeJob } from './runtimes.js';

interface Job extends RuntimeJob {
  name: string;
  outputs: Int8Array;
}

/** The committed cases of an op that the runtime takes, each with the last of its vectors: a random one. */
function jobsOf(op: string, { lacks }: Runtime): Job[] {
  const models = JSON.parse(readFileSync(join(KERNELS_FOLDER, `${op}.models.json`), 'utf8')) as Record<string, string>;
  const vectors = readVectors(op);
  const understood = Object.entries(models).filter(([name]) => {
    const graph = KERNEL_CASES[op]![name]!;
    return !graph.ops.some((each) => lacks(each, graph));
  });
  return understood.map(([name, model]) => {
    const { inputs, outputs } = vectors[name]!;
    return { name, model, inputs: Buffer.from(inputs.at(-1)!).toString('base64'), outputs: outputs.at(-1)! };
  });
}

describe.each(RUNTIMES)('$name', (runtime) => {
  it.skipIf(!runtime.there).each(Object.keys(KERNEL_CASES))('runs our files of %s', (op) => {
    const jobs = jobsOf(op, runtime);
    const failed = ask(runtime, jobs).flatMap((answer, i) => {
      const { name, outputs } = jobs[i]!;
      if ('error' in answer) return [`${name}: ${answer.error}`];
      const size = Buffer.from(answer.outputs, 'base64').length;
      return size === outputs.length ? [] : [`${name}: gave ${size} B, not ${outputs.length}`];
    });
    expect(failed).toEqual([]);
    expect(jobs.length).toBeGreaterThan(0);
  });
});
